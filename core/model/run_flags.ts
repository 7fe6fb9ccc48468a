/**
 * Our flags of a run, `--ct-…`, and how they are cut from the agent's own words. By hand and
 * without zod: this is on the way of every start, and no parser may see the agent's arguments.
 */
import { AppError } from "../errors.ts";
import { ENGINE_NAMES, type EngineName } from "./engine.ts";

export const NETWORK_MODES = ["permissive", "strict", "offline"] as const;
export type NetworkMode = typeof NETWORK_MODES[number];

export interface RunFlags {
  verbose: boolean;
  debug: boolean;
  dryRun: boolean;
  unsafeMounts: boolean;
  network: NetworkMode | undefined;
  engine: EngineName | undefined;
  /** As typed: `PATH` or `PATH:ro`. */
  mounts: readonly string[];
  /** As typed: `NAME` or `NAME=value`. */
  env: readonly string[];
}

export interface RunFlag {
  long: string;
  short?: string;
  /** Name of the value; a switch has none. */
  value?: string;
  choices?: readonly string[];
  text: string;
}

/** One record for parsing, help, completion and the docs. */
export const RUN_FLAGS: readonly RunFlag[] = [
  { long: "--ct-verbose", short: "-ct-v", text: "Say what is being done" },
  { long: "--ct-debug", short: "-ct-d", text: "Say everything, with causes of errors" },
  {
    long: "--ct-network",
    short: "-ct-n",
    value: "MODE",
    choices: NETWORK_MODES,
    text: "What the box may reach: permissive, strict or offline",
  },
  {
    long: "--ct-engine",
    value: "NAME",
    choices: ENGINE_NAMES,
    text: "Engine that makes the box",
  },
  { long: "--ct-mount", value: "PATH[:ro]", text: "Also mount this folder or file; repeatable" },
  {
    long: "--ct-env",
    value: "NAME[=VALUE]",
    text: "Also pass this variable; repeatable. NAME alone keeps the value out of the arguments",
  },
  { long: "--ct-dry-run", text: "Print the plan and run nothing" },
  {
    long: "--ct-unsafe-mounts",
    text: "Mount even what exposes the whole machine or its secrets to the agent",
  },
];

/**
 * Cuts our flags out of `words`, wherever they stand before the first `--`. Everything else, that
 * `--` included, stays as it was and in order.
 *
 * @throws `usage` for a flag without its value or with a wrong one.
 */
export function cutRunFlags(words: readonly string[]): { flags: RunFlags; rest: string[] } {
  const flags = {
    verbose: false,
    debug: false,
    dryRun: false,
    unsafeMounts: false,
    network: undefined as NetworkMode | undefined,
    engine: undefined as EngineName | undefined,
    mounts: [] as string[],
    env: [] as string[],
  };
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") return { flags, rest: [...rest, ...words.slice(i)] };
    const [name = "", inline] = splitOnce(word);
    const flag = RUN_FLAGS.find(({ long, short }) => long === name || short === name);
    if (flag === undefined) {
      refuseUnknown(name);
      rest.push(word);
      continue;
    }
    if (flag.value === undefined) {
      if (inline !== undefined) throw usage(`${flag.long} takes no value`);
      setSwitch(flags, flag.long);
      continue;
    }
    const value = inline ?? words[++i];
    if (value === undefined || value === "--") throw usage(`${flag.long} needs ${flag.value}`);
    setValue(flags, flag, value);
  }
  return { flags, rest };
}

type Draft = { -readonly [Key in keyof RunFlags]: RunFlags[Key] } & {
  mounts: string[];
  env: string[];
};

function setSwitch(flags: Draft, long: string): void {
  if (long === "--ct-verbose") flags.verbose = true;
  else if (long === "--ct-debug") flags.debug = true;
  else if (long === "--ct-dry-run") flags.dryRun = true;
  else flags.unsafeMounts = true;
}

function setValue(flags: Draft, { long, choices }: RunFlag, value: string): void {
  if (choices !== undefined && !choices.includes(value)) {
    throw usage(`${long} is "${value}", and must be ${choices.join(", ")}`);
  }
  if (long === "--ct-network") flags.network = NETWORK_MODES.find((mode) => mode === value);
  else if (long === "--ct-engine") flags.engine = ENGINE_NAMES.find((name) => name === value);
  else if (long === "--ct-mount") flags.mounts.push(value);
  else flags.env.push(value);
}

/** `--ct-` is ours alone: a typing mistake must not silently reach the agent. */
function refuseUnknown(name: string): void {
  if (/^(--ct-|-ct-)/.test(name)) throw usage(`${name} is not one of our flags`);
}

function splitOnce(word: string): [string, string?] {
  const at = word.indexOf("=");
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function usage(words: string): AppError {
  return new AppError("usage", `Cannot read the command line: ${words}`, {
    hint: "Run `ct run --help` to see our flags",
  });
}
