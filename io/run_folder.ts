/**
 * Run folders on disk: `<data>/run/<run>/` holds `owner.json`, the record and `box/`, which the box
 * sees read-only. The life pipe in it carries the environment, so that no value is ever in a file,
 * and its open end on our side is what keeps the program alive.
 */
import { AppError } from "../core/errors.ts";
import {
  parseRecord,
  type RunFolder,
  type RunFolders,
  type RunRecord,
} from "../core/launch/run_folder.ts";
import { BOX } from "../core/model/layout.ts";
import { newRunId } from "../core/model/names.ts";
import type { ProcessRef } from "../core/model/box.ts";
import type { Cancellable, Clock, LifeLine, Processes } from "../core/ports.ts";
import { makeFifo } from "./fifo.ts";

/** No runner writes more; a hostile program may try. */
const MAX_RECORD = 4096;

/**
 * A box that its engine does not know may still be on its way in: a dead owner's request can
 * outlive it. Until then its folder stays, so that the next command looks again.
 */
const SETTLED_MS = 30_000;

const BETWEEN_LOOKS_MS = 20;

interface Owner {
  box: string;
  engine: string;
  owner: ProcessRef;
  startedAt: number;
}

export interface RunFolderOptions {
  /** `<data>/run`; made when it is not there. */
  folder: string;
  processes: Processes;
  clock: Clock;
}

export function createRunFolders({ folder, processes, clock }: RunFolderOptions): RunFolders {
  return {
    async open({ name, engine, far }) {
      const path = `${folder}/${newRunId()}`;
      const owner: Owner = { box: name, engine, owner: processes.self(), startedAt: clock.now() };
      await Deno.mkdir(`${path}/box`, { recursive: true, mode: 0o700 });
      await Promise.all([
        Deno.writeTextFile(`${path}/owner.json`, JSON.stringify(owner), { mode: 0o600 }),
        Deno.writeTextFile(`${path}/record`, "", { mode: 0o600 }),
        // The place on which the record is mounted: the folder itself is read-only in the box.
        Deno.writeTextFile(`${path}/box/record`, "", { mode: 0o600 }),
      ]);
      return createRunFolder(path, clock, far ? undefined : await openLife(`${path}/box/life`));
    },

    async abandoned() {
      const found = [];
      for (const path of await listFolders(folder)) {
        const owner = await readOwner(path);
        if (owner !== undefined && processes.isAlive(owner.owner)) continue;
        const settled = clock.now() - (owner?.startedAt ?? await changedAt(path)) > SETTLED_MS;
        found.push({
          box: owner?.box ?? "",
          engine: owner?.engine ?? "",
          forget: () => settled ? removeFolder(path) : Promise.resolve(),
        });
      }
      return found;
    },
  };
}

async function openLife(path: string): Promise<LifeLine> {
  makeFifo(path);
  // For reading as well, because opening for writing alone waits for the runner.
  const file = await Deno.open(path, { read: true, write: true });
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    },
    close: () => file.close(),
  };
}

/** Without `near` the life line comes later, by `attach`. */
function createRunFolder(path: string, clock: Clock, near: LifeLine | undefined): RunFolder {
  let life = near;
  let ended = false;
  const close = () => {
    ended = true;
    life?.close();
    life = undefined;
  };
  const write = async (text: string) => await life?.write(new TextEncoder().encode(text));
  const record = async () => parseRecord(await readStart(`${path}/record`, MAX_RECORD));

  return {
    mounts: [
      { kind: "bind", source: `${path}/box`, target: BOX.run, readOnly: true },
      { kind: "bind", source: `${path}/record`, target: `${BOX.run}/record`, readOnly: false },
    ],
    attach(line) {
      life = line;
      if (ended) close();
    },
    send: (environment) =>
      write(Object.entries(environment).map(([n, v]) => `${n}=${v}\0`).join("") + "\0"),
    signal: (name) => write(`${name}\0`),
    end: close,
    record,
    async ready(options) {
      if (near === undefined) return await lookUntilReady(record, clock, options);
      const first = await waitFor(`${path}/record`, record, options);
      await Deno.remove(`${path}/box/life`);
      return first;
    },
    async [Symbol.asyncDispose]() {
      close();
      await Deno.remove(path, { recursive: true });
    },
  };
}

/** No notice of a change crosses from another kernel, so this one looks again and again. */
async function lookUntilReady(
  read: RunFolder["record"],
  clock: Clock,
  { signal }: Cancellable,
): Promise<RunRecord> {
  while (!signal.aborted) {
    const record = await read();
    if (hasSpoken(record)) return record;
    await new Promise<void>((done) => clock.setTimeout(done, BETWEEN_LOOKS_MS));
  }
  throw endedFirst();
}

function endedFirst(): AppError {
  return new AppError("unavailable", "Cannot start the program: its box ended first");
}

/** Reads the record each time it changes, until the runner has said its first word. */
async function waitFor(
  path: string,
  read: RunFolder["record"],
  { signal }: Cancellable,
): ReturnType<RunFolder["record"]> {
  const watcher = Deno.watchFs(path);
  const stop = () => closeWatcher(watcher);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    const first = await read();
    if (hasSpoken(first)) return first;
    for await (const _ of watcher) {
      const record = await read();
      if (hasSpoken(record)) return record;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
  throw endedFirst();
}

/** Two terminals may sweep at once. */
async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function hasSpoken({ interfaces, missing }: RunRecord): boolean {
  return interfaces !== undefined || missing !== undefined;
}

/** Leaving a loop over it closes a watcher, too, and Deno 2.6 minds a second time. */
function closeWatcher(watcher: Deno.FsWatcher): void {
  try {
    watcher.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

async function readStart(path: string, most: number): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(most);
  const length = await file.read(bytes);
  return new TextDecoder().decode(bytes.subarray(0, length ?? 0));
}

async function listFolders(folder: string): Promise<string[]> {
  const paths: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) paths.push(`${folder}/${name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return paths;
}

/** Zero for a folder that left meanwhile. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Undefined for a folder whose owner has not written its name yet, or died before it could. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await Deno.readTextFile(`${path}/owner.json`));
    return isOwner(owner) ? owner : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isOwner(value: unknown): value is Owner {
  return typeof value === "object" && value !== null &&
    "box" in value && typeof value.box === "string" &&
    "engine" in value && typeof value.engine === "string" &&
    "startedAt" in value && typeof value.startedAt === "number" &&
    "owner" in value && typeof value.owner === "object" && value.owner !== null &&
    "pid" in value.owner && typeof value.owner.pid === "number" &&
    "start" in value.owner && typeof value.owner.start === "string";
}
