/** Boxes of this installation across engines, and the end of those whose owner died. */
import type { Client } from "../core/client.ts";
import { AppError } from "../core/errors.ts";
import type { BoxInfo } from "../core/model/box.ts";
import { DRIVEN, type EngineName } from "../core/model/engine.ts";
import type { Cancellable, Engine } from "../core/ports.ts";
import { detectEngines } from "../engines/detect.ts";
import { processes } from "../io/process.ts";
import type { World } from "./world.ts";

export function createBoxes(world: World): Client["box"] {
  async function all(options: Cancellable): Promise<BoxInfo[]> {
    const engines = world.answering(await detectEngines(options));
    const lists = await Promise.all(
      engines.map((engine) => engine.list(world.installation, options)),
    );
    return lists.flat();
  }

  /** Only what carries our label: a name alone could be somebody else's. */
  async function find(name: string, doing: string, options: Cancellable): Promise<Engine> {
    const box = (await all(options)).find((each) => each.name === name);
    const engine = DRIVEN.find((each) => each === box?.engine);
    if (engine !== undefined) return world.engine(engine);
    throw new AppError("notFound", `Cannot ${doing} box "${name}": no box of ours has that name`, {
      hint: "Run `ct box list`",
    });
  }

  return {
    async list(options) {
      await sweep(world, options);
      return await all(options);
    },
    async stop(name, options) {
      await (await find(name, "stop", options)).stop(name, options);
    },
    async remove(name, options) {
      await (await find(name, "remove", options)).remove(name, options);
    },
    logs: (name) => world.log.read(name),
  };
}

/**
 * Ends boxes whose owner is gone: killed, or switched off with the machine. Costs one look into a
 * folder when there are none, which is nearly always.
 */
export async function sweep(world: World, options: Cancellable): Promise<void> {
  const abandoned = await world.folders.abandoned();
  if (abandoned.length === 0) return;
  const names = new Set(abandoned.map(({ engine }) => engine));
  const engines = DRIVEN.filter((name) => names.has(name));
  const failed = new Set<string>();
  for (const name of engines) {
    if (!await sweepEngine(world, name, options)) failed.add(name);
  }
  for (const { box, engine, forget } of abandoned) {
    // An engine that does not answer may still have the box: keep the folder for the next time.
    if (failed.has(engine)) continue;
    await forget();
    world.notes.debug(`removed what a killed run left: ${box}`);
  }
}

/** False when the engine could not be asked. */
async function sweepEngine(world: World, name: EngineName, options: Cancellable) {
  const engine = world.engine(name);
  try {
    const boxes = await engine.list(world.installation, options);
    for (const box of boxes.filter(({ owner }) => !processes.isAlive(owner))) {
      await engine.remove(box.name, options);
    }
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    world.notes.debug(`cannot clean up on ${name}: ${error.message}`);
    return false;
  }
}
