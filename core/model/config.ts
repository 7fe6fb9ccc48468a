/**
 * What config.toml says, typed (spec/construct-cli.md 2.1). Pure: text in, `Config` and findings
 * out. Reading the file is io/config_file.ts, the keys are in config_keys.ts.
 */
import { parse, TomlError } from "@std/toml";
import type { ConfigFinding } from "../client.ts";
import { AppError } from "../errors.ts";
import { type Checked, checkTables, type SetValue } from "./config_check.ts";
import type { ConfigValue } from "./config_key.ts";
import * as keys from "./config_keys.ts";
import type { EngineName } from "./engine.ts";
import { NETWORK_MODES, type NetworkMode } from "./run_flags.ts";

/** The keys that this version uses. */
export interface Config {
  readonly runtime: {
    readonly engine: EngineName | "auto";
    /** Empty: the engine's own default. */
    readonly buildNetwork: string;
    readonly baseImage: string;
  };
  readonly sandbox: {
    readonly home: typeof keys.HOME_CHOICES[number];
    readonly mountPath: typeof keys.MOUNT_PATH_CHOICES[number];
    readonly sudo: boolean;
    readonly trustHostCa: boolean;
    /** `memoryBytes` of memory.ts says how many bytes that is. */
    readonly memory: string;
    /** 0: all. */
    readonly cpus: number;
    /** 0: no limit. */
    readonly pids: number;
    readonly propagateGitIdentity: boolean;
    readonly selinuxLabels: typeof keys.SELINUX_CHOICES[number];
    readonly shell: string;
    readonly envPassthrough: readonly string[];
    readonly envPassthroughPrefixes: readonly string[];
  };
  readonly network: { readonly mode: NetworkMode };
  readonly maintenance: {
    readonly cleanupEnabled: boolean;
    /** 0 or less: keep all. */
    readonly logRetentionDays: number;
  };
  readonly agents: {
    readonly yoloAll: boolean;
    readonly yoloAgents: readonly string[];
    /** Agent to npm version; latest for an agent that is not here. */
    readonly versions: Readonly<Record<string, string>>;
  };
  /** By absolute path, without a slash at its end. */
  readonly projects: Readonly<Record<string, ProjectConfig>>;
}

/** What one project wants differently; undefined leaves it to the rest of the file. */
export interface ProjectConfig {
  readonly network: NetworkMode | undefined;
  readonly engine: EngineName | "auto" | undefined;
  /** `PATH` or `PATH:ro`. */
  readonly mounts: readonly string[];
  /** `NAME` or `NAME=value`. */
  readonly env: readonly string[];
}

export interface ReadConfig extends Checked {
  /** Complete in any case: what the file has wrong is at its default. */
  config: Config;
}

/** Far more than anybody writes by hand, and little enough to parse at once. */
const LONGEST = 1024 * 1024;
const DEEPEST = 16;

/** Reads the text of a config.toml. Never throws: whoever needs it whole asks `requireValid`. */
export function readConfig(text: string): ReadConfig {
  const checked = check(text);
  return { ...checked, config: toConfig([...checked.values.values()]) };
}

/** @throws `invalid` for the first error among the findings. */
export function requireValid(findings: readonly ConfigFinding[], file: string): void {
  const errors = findings.filter(({ level }) => level === "error");
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  throw new AppError("invalid", `Cannot use ${formatFinding(first, file)}${more}`, {
    hint: "Run `ct config check`",
    details: { findings: errors },
  });
}

/** `file:line: key …, must be …`. */
export function formatFinding({ line, key, message }: ConfigFinding, file: string): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return `${place}: ${key === "" ? "" : `key ${key} `}${message}`;
}

function check(text: string): Checked {
  if (text.length > LONGEST) {
    return broken(undefined, `is ${text.length} characters long, and must be below ${LONGEST}`);
  }
  try {
    const tables = parse(text, { maxDepth: DEEPEST, unsafeKeyBehaviour: "throw" });
    return checkTables(tables, text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The lines after the first quote the file, which may hold a secret.
    const [words = ""] = error.message.split("\n");
    return broken(error.line, words.replace("Invalid TOML document: ", "is not TOML: "));
  }
}

function broken(line: number | undefined, message: string): Checked {
  return { values: new Map(), findings: [{ level: "error", key: "", line, message }] };
}

function toConfig(set: readonly SetValue[]): Config {
  const values = new Map(set.map(({ record, value }) => [record.key, value]));
  const value = (key: string) => values.get(key) ?? keys.FIXED_KEYS.get(key)?.fallback;
  const bool = (key: string) => need(key, value(key), isBoolean);
  const number = (key: string) => need(key, value(key), isNumber);
  const string = (key: string) => need(key, value(key), isString);
  const strings = (key: string) => need(key, value(key), isStrings);
  const choice = <T extends string>(key: string, choices: readonly T[]): T => {
    return need(key, value(key), (word): word is T => isOneOf(choices, word));
  };
  return {
    runtime: {
      engine: choice("runtime.engine", keys.ENGINE_CHOICES),
      buildNetwork: string("runtime.build_network"),
      baseImage: string("runtime.base_image"),
    },
    sandbox: {
      home: choice("sandbox.home", keys.HOME_CHOICES),
      mountPath: choice("sandbox.mount_path", keys.MOUNT_PATH_CHOICES),
      sudo: bool("sandbox.sudo"),
      trustHostCa: bool("sandbox.trust_host_ca"),
      memory: string("sandbox.memory"),
      cpus: number("sandbox.cpus"),
      pids: number("sandbox.pids"),
      propagateGitIdentity: bool("sandbox.propagate_git_identity"),
      selinuxLabels: choice("sandbox.selinux_labels", keys.SELINUX_CHOICES),
      shell: string("sandbox.shell"),
      envPassthrough: strings("sandbox.env_passthrough"),
      envPassthroughPrefixes: strings("sandbox.env_passthrough_prefixes"),
    },
    network: { mode: choice("network.mode", NETWORK_MODES) },
    maintenance: {
      cleanupEnabled: bool("maintenance.cleanup_enabled"),
      logRetentionDays: number("maintenance.log_retention_days"),
    },
    agents: {
      yoloAll: bool("agents.yolo_all"),
      yoloAgents: strings("agents.yolo_agents"),
      versions: Object.fromEntries(
        set.filter(({ record }) => record.key === "agents.versions.<agent>")
          .map(({ path, value }) => [path.at(-1), value]).filter(isNamedString),
      ),
    },
    projects: toProjects(set.filter(({ path }) => path[0] === "projects")),
  };
}

function toProjects(set: readonly SetValue[]): Record<string, ProjectConfig> {
  const roots = new Set(set.map(({ path }) => path[1] ?? ""));
  return Object.fromEntries([...roots].map((root) => {
    const value = (name: string) =>
      set.find(({ path }) => path[1] === root && path[2] === name)?.value;
    const [mounts, env] = [value("mounts"), value("env")];
    const project: ProjectConfig = {
      network: pick(NETWORK_MODES, value("network")),
      engine: pick(keys.ENGINE_CHOICES, value("engine")),
      mounts: isStrings(mounts) ? mounts : [],
      env: isStrings(env) ? env : [],
    };
    return [root.length > 1 ? root.replace(/\/+$/, "") : root, project];
  }));
}

/** A failure here is a defect: the table has no such key, or a default of another type. */
function need<T>(key: string, value: unknown, is: (value: unknown) => value is T): T {
  if (!is(value)) throw new TypeError(`the table of config keys is wrong about ${key}`);
  return value;
}

function isOneOf<T extends string>(choices: readonly T[], word: unknown): word is T {
  return choices.some((choice) => choice === word);
}

function pick<T extends string>(choices: readonly T[], word: ConfigValue | undefined) {
  return isOneOf(choices, word) ? word : undefined;
}

const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isString = (value: unknown): value is string => typeof value === "string";
const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(isString);
const isNamedString = (pair: readonly unknown[]): pair is [string, string] => pair.every(isString);

/** What an empty file means. */
export const DEFAULT_CONFIG: Config = readConfig("").config;
