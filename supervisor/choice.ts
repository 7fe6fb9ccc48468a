/**
 * Which engine a run uses. A remembered choice is taken without asking anybody; whoever finds that
 * it does not answer asks again with `fresh`, and then an engine may also be started.
 */
import { AppError } from "../core/errors.ts";
import {
  chooseEngine,
  DRIVEN,
  type EngineChoice,
  type EngineName,
  isRemote,
} from "../core/model/engine.ts";
import type { Cancellable } from "../core/ports.ts";
import { detectEngines } from "../engines/detect.ts";
import { startEngine } from "../engines/start.ts";
import type { EngineMemory } from "../io/engine_memory.ts";
import type { World } from "./world.ts";

/** Native is the last resort: now and then a run looks whether a better engine is back. */
const NATIVE_TRUSTED_MS = 10 * 60 * 1000;

export interface Chosen {
  choice: EngineChoice;
  rootless: boolean;
  far: boolean;
  /** What the last run found; undefined when the engine was asked in this command. */
  memory: EngineMemory | undefined;
}

export interface ChoiceWish {
  wanted: EngineName | "auto";
  /** Ask all engines, whatever is remembered. */
  fresh: boolean;
  /** Start an engine that is installed but not running: only for a box that somebody wants. */
  mayStart: boolean;
}

export async function choose(
  world: World,
  { wanted, fresh, mayStart }: ChoiceWish,
  options: Cancellable,
): Promise<Chosen> {
  const memory = await world.recall();
  // A later version may have left a choice that this one cannot take.
  if (!fresh && memory !== undefined && DRIVEN.includes(memory.last)) {
    const isAsked = wanted === memory.last;
    const isRecent = world.clock.now() - memory.at < NATIVE_TRUSTED_MS;
    if (isAsked || (wanted === "auto" && (memory.last !== "native" || isRecent))) {
      const why = isAsked ? "runtime.engine or --ct-engine asks for it" : "it was used last";
      const choice = { name: memory.last, why, notice: undefined };
      return { choice, rootless: memory.rootless, far: memory.far, memory };
    }
  }
  let facts = await detectEngines(options);
  const docker = facts.find(({ name }) => name === "docker");
  const onlyNative = !facts.some(({ name, answers }) => answers && name !== "native");
  const asleep = docker?.installed === true && !docker.answers && !isRemote(docker.endpoint);
  if (mayStart && asleep && (wanted === "docker" || (wanted === "auto" && onlyNative))) {
    facts = await wake(world, wanted, options) ?? facts;
  }
  const choice = chooseEngine(wanted, memory?.last, facts);
  const chosen = facts.find(({ name }) => name === choice.name);
  const { rootless, far } = chosen ?? { rootless: false, far: false };
  return { choice, rootless, far, memory: undefined };
}

/** Undefined when docker cannot be started and was not asked for by name: native does then. */
async function wake(world: World, wanted: EngineName | "auto", options: Cancellable) {
  world.notes.note("docker is not running: starting it");
  const answers = async () =>
    (await detectEngines(options)).some(({ name, answers }) => name === "docker" && answers);
  try {
    await startEngine("docker", answers, options);
    return await detectEngines(options);
  } catch (error) {
    if (wanted === "docker" || !(error instanceof AppError)) throw error;
    world.notes.note(error.message);
    return undefined;
  }
}
