/**
 * What the program needs from the world, as interfaces. The real ones live in engines/ and io/,
 * fakes in tests/fakes/. Every call that can take time ends with `{ signal }` and stops on abort.
 */
import type { BoxInfo, BoxPlan, ProcessRef } from "./model/box.ts";
import type { EngineFacts, EngineName } from "./model/engine.ts";
import type { ImageInfo, ImagePlan } from "./model/image.ts";

export interface Cancellable {
  signal: AbortSignal;
}

/** Where the program's three streams go. `inherit` is ours, as it is. */
export interface Stdio {
  stdin: "inherit" | "piped" | "null";
  stdout: "inherit" | "piped" | "null";
  stderr: "inherit" | "piped" | "null";
}

/** How the engine's client ended. It may lie: the runner's record is asked first. */
export interface ClientExit {
  code: number;
  /** Set when a signal killed the client. */
  signal: string | undefined;
}

/** The process on our side that carries the terminal and streams of a box. */
export interface BoxClient {
  pid: number;
  exited: Promise<ClientExit>;
  /** The streams, where `Stdio` asked for pipes. */
  stdin: WritableStream<Uint8Array> | undefined;
  stdout: ReadableStream<Uint8Array> | undefined;
  stderr: ReadableStream<Uint8Array> | undefined;
  /** Ends the client at once. The box must be gone soon after. */
  kill(): void;
}

/** Our end of a life pipe. */
export interface LifeLine {
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

/**
 * Makes boxes. A driver turns its engine's own failures into `AppError`s; nobody above engines/
 * reads engine text. `tests/conformance/` is the contract.
 */
export interface Engine {
  readonly name: EngineName;
  /** True when boxes come from an image that has to be built first. */
  readonly hasImages: boolean;
  /** True when its boxes run under another kernel than ours, as in a virtual machine. */
  readonly far: boolean;
  /** Limits and wishes of the plan that this engine cannot hold, each one readable line. */
  unmet(plan: BoxPlan): Promise<string[]>;
  /** The command line that `run` would start, for people to read. */
  argv(plan: BoxPlan): string[];
  /** Starts a one-off box that is removed when its program ends. Does not wait for the program. */
  run(plan: BoxPlan, stdio: Stdio, options: Cancellable): Promise<BoxClient>;
  /** Opens a pipe in the running box for writing, from here. Only a `far` engine is asked. */
  openPipe(name: string, path: string): Promise<LifeLine>;
  /**
   * Proves from outside that the running box has no network (DESIGN 5.1); throws `denied`. A `far`
   * engine cannot look from outside: then what the runner saw before any program is the proof.
   */
  proveOffline(name: string, options: Cancellable): Promise<void>;
  /** What the engine's client said on its own behalf about a failed start, as an error. */
  explain(plan: BoxPlan, exit: ClientExit, options: Cancellable): Promise<Error>;
  list(owner: string, options: Cancellable): Promise<BoxInfo[]>;
  /** Ends the box's programs: TERM, then KILL after 2 s. A box that is gone already is fine. */
  stop(name: string, options: Cancellable): Promise<void>;
  remove(name: string, options: Cancellable): Promise<void>;
  images: EngineImages;
  /** Makes the packages store if it is not there and says how to mount it. */
  store(name: string, labels: Readonly<Record<string, string>>, options: Cancellable): Promise<
    { kind: "bind" | "volume"; source: string }
  >;
}

export interface EngineImages {
  has(reference: string, options: Cancellable): Promise<boolean>;
  /** Calls `progress` with each line of the build's output. */
  build(plan: ImagePlan, progress: (line: string) => void, options: Cancellable): Promise<void>;
  list(owner: string, options: Cancellable): Promise<ImageInfo[]>;
  remove(reference: string, options: Cancellable): Promise<void>;
}

/** Finds engines. Asking must never start one. */
export interface Detector {
  detect(options: Cancellable): Promise<EngineFacts[]>;
  /** Starts an engine that is installed but not running, and waits until it answers. */
  start(name: EngineName, options: Cancellable): Promise<void>;
}

export interface Processes {
  self(): ProcessRef;
  isAlive(process: ProcessRef): boolean;
}

/** The only time there is. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
}

/** Progress and notes for people. Goes to stderr: stdout is the program's. */
export interface Notes {
  note(line: string): void;
  /** One more line of long work; a terminal shows only the latest. */
  progress(line: string): void;
  warn(line: string): void;
  debug(line: string): void;
}
