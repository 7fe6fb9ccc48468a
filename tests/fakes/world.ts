/**
 * A supervisor's world around a fake engine: folders are real and temporary, the clock stands still,
 * nothing of this user or machine is read but what `env` names.
 */
import { type Config, DEFAULT_CONFIG } from "../../core/model/config.ts";
import type { Notes } from "../../core/ports.ts";
import { createBoxLog } from "../../io/box_log.ts";
import type { EngineMemory } from "../../io/engine_memory.ts";
import type { World } from "../../supervisor/world.ts";
import { createFakeClock, type FakeClock } from "./clock.ts";
import { createFakeEngine, type FakeEngine, type FakeKnobs } from "./engine.ts";
import { createFakeRunFolders, type FakeRunFolders } from "./run_folders.ts";

export interface FakeWorld extends World, AsyncDisposable {
  /** The one engine, whatever name is asked for. */
  fake: FakeEngine;
  fakeFolders: FakeRunFolders;
  fakeClock: FakeClock;
  /** What is remembered about engines. */
  memory: EngineMemory | undefined;
  /** `note: …`, `debug: …`, in order. */
  said: string[];
  project: string;
}

export interface FakeWorldOptions {
  config?: Partial<Config>;
  knobs?: Partial<FakeKnobs>;
  memory?: EngineMemory;
}

export async function makeWorld(options: FakeWorldOptions = {}): Promise<FakeWorld> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "ct-world-" }));
  const [data, project, home] = [`${root}/data`, `${root}/home/shop`, `${root}/home`];
  await Deno.mkdir(data);
  await Deno.mkdir(`${project}/.git`, { recursive: true });
  const clock = createFakeClock();
  const folders = createFakeRunFolders();
  const engine = createFakeEngine({ folders, clock, knobs: options.knobs ?? {} });
  const config = { ...DEFAULT_CONFIG, ...options.config };
  const said: string[] = [];
  const world: FakeWorld = {
    fake: engine,
    fakeFolders: folders,
    fakeClock: clock,
    memory: options.memory,
    said,
    project,
    env: { HOME: home },
    cwd: project,
    notes: createNotes(said),
    data,
    installation: "0123456789ab",
    clock,
    get configFile(): never {
      throw new Error("this world has no config file");
    },
    folders,
    log: createBoxLog(`${data}/logs/boxes`, clock.now),
    config: () => Promise.resolve(config),
    engine: () => engine,
    answering: () => [engine],
    recall: () => Promise.resolve(world.memory),
    remember(memory) {
      world.memory = { ...memory, endpoint: "", at: clock.now() };
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
  return world;
}

function createNotes(said: string[]): Notes {
  return {
    note: (line) => said.push(`note: ${line}`),
    progress: (line) => said.push(`progress: ${line}`),
    warn: (line) => said.push(`warn: ${line}`),
    debug: (line) => said.push(`debug: ${line}`),
  };
}
