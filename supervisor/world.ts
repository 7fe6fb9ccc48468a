/**
 * What all the services of one command share: folders, configuration, engines, memory. Joins io and
 * engines and decides nothing; everything is read at most once, and only when it is asked for.
 */
import type { Config } from "../core/model/config.ts";
import { requireValid } from "../core/model/config.ts";
import { AppError } from "../core/errors.ts";
import type { RunFolders } from "../core/launch/run_folder.ts";
import { DRIVEN, type EngineFacts, type EngineName } from "../core/model/engine.ts";
import type { Variables } from "../core/model/environment.ts";
import { installationId } from "../core/model/names.ts";
import type { Clock, Engine, Notes } from "../core/ports.ts";
import { createDocker } from "../engines/docker.ts";
import { createNative } from "../engines/native/native.ts";
import { type BoxLog, createBoxLog } from "../io/box_log.ts";
import { type ConfigFile, createConfigFile } from "../io/config_file.ts";
import { type EngineMemory, recallEngine, rememberEngine } from "../io/engine_memory.ts";
import { configFolder, dataFolder } from "../io/paths.ts";
import { processes } from "../io/process.ts";
import { createRunFolders } from "../io/run_folder.ts";
import { readTemplateNow } from "../io/templates.ts";

export interface LocalOptions {
  env: Variables;
  cwd: string;
  notes: Notes;
}

export interface World extends LocalOptions {
  /** Real absolute path. */
  data: string;
  installation: string;
  clock: Clock;
  configFile: ConfigFile;
  folders: RunFolders;
  log: BoxLog;
  /** @throws `invalid` when config.toml has an error: nothing runs then. */
  config(): Promise<Config>;
  /** `far`: its boxes run under another kernel than ours (core/ports.ts). */
  engine(name: EngineName, far?: boolean): Engine;
  /** Engines that can have boxes or images of ours, those that answer only. */
  answering(facts: readonly EngineFacts[]): Engine[];
  recall(): Promise<EngineMemory | undefined>;
  remember(memory: Omit<EngineMemory, "endpoint" | "at">): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  // What `setTimeout` above returned, and nothing else, comes back here.
  clearTimeout: (id) => clearTimeout(id as number | undefined),
};

export async function createWorld(options: LocalOptions): Promise<World> {
  const { env, notes } = options;
  const folder = dataFolder(env);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const data = await Deno.realPath(folder);
  const configFile = createConfigFile({ folder: configFolder(env), notes, env });
  const memoryFile = `${data}/cache/engine.json`;
  const endpoint = `${env["DOCKER_HOST"] ?? ""} ${env["DOCKER_CONTEXT"] ?? ""}`.trim();
  let config: Promise<Config> | undefined;

  async function loadConfig(): Promise<Config> {
    const { config, findings } = await configFile.load();
    requireValid(findings, configFile.path());
    for (const { level, key, message } of findings) {
      if (level === "warning") notes.warn(`config: ${key} ${message}`);
    }
    return config;
  }

  const engine = (name: EngineName, far = false): Engine => {
    if (name === "docker") return createDocker({ far, temporary: data });
    if (name === "native") {
      return createNative({
        stateFolder: `${data}/native`,
        templates: readTemplateNow,
        notes,
        hasten: true,
      });
    }
    throw new AppError("unavailable", `Cannot use engine "${name}": not built yet`, {
      hint: "Run `ct engine list`",
    });
  };

  return {
    ...options,
    data,
    installation: await installationId(data),
    clock: systemClock,
    configFile,
    folders: createRunFolders({ folder: `${data}/run`, processes, clock: systemClock }),
    log: createBoxLog(`${data}/logs/boxes`, systemClock.now),
    config: () => config ??= loadConfig(),
    engine,
    answering: (facts) =>
      facts.filter(({ name, answers }) => answers && DRIVEN.includes(name))
        .map(({ name, far }) => engine(name, far)),
    recall: () => recallEngine(memoryFile, endpoint),
    remember: (memory) =>
      rememberEngine(memoryFile, { ...memory, endpoint, at: systemClock.now() }),
  };
}
