/**
 * Run folders in memory: both ends of the life pipe and the record, without files. The box's end is
 * for tests/fakes/engine.ts, which plays the runner. It decides nothing.
 */
import {
  parseRecord,
  type RunFolder,
  type RunFolders,
  type RunRecord,
} from "../../core/launch/run_folder.ts";
import { BOX } from "../../core/model/layout.ts";

/** What the runner in the box sees of a run folder. */
export interface BoxEnd {
  /** Adds a line to the record. */
  say(line: string): void;
  record(): RunRecord;
  /** The next thing that comes through the life pipe; undefined when the host closed it. */
  next(): Promise<Record<string, string> | string | undefined>;
}

export interface FakeRunFolders extends RunFolders {
  /** In the order in which they were opened. */
  opened: { box: string; engine: string; end: BoxEnd; sent: number; disposed: number }[];
  /** The pipe is full: what is sent neither arrives nor fails. */
  isFull: boolean;
  /** What `abandoned` says; `forgotten` has what was forgotten since. */
  left: { box: string; engine: string }[];
  forgotten: string[];
  /** The box's end of the folder that is mounted from `source`. */
  find(source: string): BoxEnd;
}

export function createFakeRunFolders(): FakeRunFolders {
  const opened: FakeRunFolders["opened"] = [];
  const forgotten: string[] = [];
  const left: FakeRunFolders["left"] = [];
  const folders: FakeRunFolders = {
    isFull: false,
    opened,
    left,
    forgotten,
    find(source) {
      const found = opened[Number(/^\/run\/(\d+)\/box$/.exec(source)?.[1])];
      if (found === undefined) throw new Error(`no run folder is at ${source}`);
      return found.end;
    },
    open({ name, engine }) {
      const { end, folder } = createPair(`/run/${opened.length}`, () => entry.disposed++);
      const entry = { box: name, engine, end, sent: 0, disposed: 0 };
      opened.push(entry);
      const { send } = folder;
      folder.send = (environment) => {
        entry.sent++;
        return folders.isFull ? new Promise(() => {}) : send(environment);
      };
      return Promise.resolve(folder);
    },
    abandoned: () =>
      Promise.resolve(left.map(({ box, engine }) => ({
        box,
        engine,
        forget: () => Promise.resolve(void forgotten.push(box)),
      }))),
  };
  return folders;
}

function createPair(path: string, disposed: () => void): { end: BoxEnd; folder: RunFolder } {
  const pipe: (Record<string, string> | string)[] = [];
  let text = "";
  let closed = false;
  const watchers = new Set<() => void>();
  const changed = () => [...watchers].forEach((tell) => tell());
  /** Waits until `check` has an answer, or the signal has enough of it. */
  const until = <T>(check: () => { is: T } | undefined, signal?: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      const look = () => {
        const found = check();
        if (found === undefined && signal?.aborted !== true) return;
        watchers.delete(look);
        signal?.removeEventListener("abort", look);
        if (found === undefined) reject(new Error("the box ended first"));
        else resolve(found.is);
      };
      watchers.add(look);
      signal?.addEventListener("abort", look);
      look();
    });
  const write = (entry: Record<string, string> | string) => {
    if (!closed) pipe.push(entry);
    changed();
    return Promise.resolve();
  };
  const close = () => {
    closed = true;
    changed();
  };

  const end: BoxEnd = {
    say(line) {
      text += `${line}\n`;
      changed();
    },
    record: () => parseRecord(text),
    next: () =>
      until(() => {
        const [first] = pipe.splice(0, 1);
        return first !== undefined ? { is: first } : closed ? { is: undefined } : undefined;
      }),
  };
  const folder: RunFolder = {
    attach() {
      throw new TypeError("the fake is near");
    },
    mounts: [
      { kind: "bind", source: `${path}/box`, target: BOX.run, readOnly: true },
      { kind: "bind", source: `${path}/record`, target: `${BOX.run}/record`, readOnly: false },
    ],
    send: (environment) => write({ ...environment }),
    signal: (name) => write(name),
    end: close,
    record: () => Promise.resolve(end.record()),
    ready: ({ signal }) =>
      until(() => {
        const record = end.record();
        const hasSpoken = record.interfaces !== undefined || record.missing !== undefined;
        return hasSpoken ? { is: record } : undefined;
      }, signal),
    [Symbol.asyncDispose]() {
      close();
      disposed();
      return Promise.resolve();
    },
  };
  return { end, folder };
}
