/**
 * What a command may ask for, noun by noun. Answered in-process by supervisor/local.ts, and by the
 * daemon later; a command cannot tell which. Types only, so that it costs nothing to load.
 */
import type { BoxInfo, BoxPlan } from "./model/box.ts";
import type { EngineChoice, EngineFacts } from "./model/engine.ts";
import type { ImageInfo } from "./model/image.ts";
import type { RunFlags } from "./model/run_flags.ts";
import type { Cancellable } from "./ports.ts";

/** "Run this": an agent, a command or a shell, in a box, in the terminal that asks. */
export interface RunRequest {
  kind: "agent" | "run" | "shell";
  /** Slug of the agent for kind `agent`; undefined else. */
  agent: string | undefined;
  /** The program and its arguments for `run`; only the arguments for `agent` and `shell`. */
  args: readonly string[];
  flags: RunFlags;
}

/** What `--ct-dry-run` prints. Values of the environment are never in it. */
export interface RunPreview {
  engine: EngineChoice;
  plan: BoxPlan;
  program: readonly string[];
  /** Names only. */
  environment: readonly string[];
  argv: readonly string[];
  /** Limits that this engine cannot hold. */
  unmet: readonly string[];
}

export interface Launcher {
  /** Runs to the end of the program and returns the exit code that ours must be. */
  run(request: RunRequest): Promise<number>;
  /** Makes the plan and runs nothing. */
  preview(request: RunRequest): Promise<RunPreview>;
}

/** One finding of `ct config check`. */
export interface ConfigFinding {
  level: "error" | "warning" | "note";
  /** Dotted key, or the empty string for the whole file. */
  key: string;
  /** 1 for the first line; undefined when the key is not in the file. */
  line: number | undefined;
  message: string;
}

/** Progress of long work, line by line, for stderr. */
export type Progress = (line: string) => void;

export interface BuildReport {
  reference: string;
  engine: string;
  /** False when a current image was there already. */
  built: boolean;
  logFile: string | undefined;
  milliseconds: number;
}

export interface DemoRow {
  /** What the scripted agent tried. */
  attempt: string;
  wanted: "allowed" | "refused";
  got: "allowed" | "refused";
  detail: string;
}

export interface DemoReport {
  engine: string;
  rows: DemoRow[];
  /** Unified diff of the throwaway project. */
  diff: string;
  timings: { step: string; milliseconds: number }[];
  passed: boolean;
}

export interface Client extends Launcher {
  box: {
    list(options: Cancellable): Promise<BoxInfo[]>;
    stop(name: string, options: Cancellable): Promise<void>;
    remove(name: string, options: Cancellable): Promise<void>;
    /** The life of a box, one JSON object per line: planned, started, ended. */
    logs(name: string, options: Cancellable): Promise<string[]>;
  };
  image: {
    build(
      request: { noCache: boolean; engine: string | undefined },
      progress: Progress,
      options: Cancellable,
    ): Promise<BuildReport>;
    list(options: Cancellable): Promise<ImageInfo[]>;
    remove(reference: string, options: Cancellable): Promise<void>;
  };
  engine: {
    list(
      options: Cancellable,
    ): Promise<{ engines: EngineFacts[]; choice: EngineChoice | undefined }>;
  };
  config: {
    /** Absolute path of config.toml. */
    path(): string;
    /** The value in force of a key or a section; everything for the empty string. */
    get(key: string): Promise<unknown>;
    /** `value` is as the user typed it; the key's type decides what it means. */
    set(key: string, value: string): Promise<void>;
    check(): Promise<ConfigFinding[]>;
    /** Opens the user's editor and checks what was saved. */
    edit(): Promise<ConfigFinding[]>;
  };
  agent: {
    list(): Promise<{ name: string; title: string; home: string; installable: boolean }[]>;
  };
  demo(
    request: { agent: string | undefined; engine: string | undefined },
    progress: Progress,
    options: Cancellable,
  ): Promise<DemoReport>;
}
