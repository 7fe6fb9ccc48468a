/**
 * The life of each box, one JSON object per line: `ct box logs`. What a program prints is not in
 * it: that is the terminal's, and may be a secret.
 */
import { AppError } from "../core/errors.ts";

export interface BoxLog {
  write(box: string, event: string, facts?: Readonly<Record<string, unknown>>): Promise<void>;
  /** @throws `notFound` for a box that never was. */
  read(box: string): Promise<string[]>;
  /** Removes logs that are older than `days`; 0 or less keeps all. */
  clean(days: number): Promise<void>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** `folder` is `<data>/logs/boxes`. */
export function createBoxLog(folder: string, now: () => number): BoxLog {
  const fileOf = (box: string) => `${folder}/${box}.jsonl`;
  return {
    async write(box, event, facts = {}) {
      const line = JSON.stringify({ time: new Date(now()).toISOString(), box, event, ...facts });
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(fileOf(box), `${line}\n`, { append: true, mode: 0o600 });
    },

    async read(box) {
      try {
        if (!/^[a-z0-9-]+$/.test(box)) throw new Deno.errors.NotFound();
        const text = await Deno.readTextFile(fileOf(box));
        return text.split("\n").filter((line) => line !== "");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
        throw new AppError("notFound", `Cannot show the log of "${box}": no box had that name`, {
          hint: "Run `ct box list`",
        });
      }
    },

    async clean(days) {
      if (days <= 0) return;
      const marker = `${folder}/.cleaned`;
      if (now() - await changedAt(marker) < DAY_MS) return;
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      await Deno.writeTextFile(marker, "", { mode: 0o600 });
      await Deno.utime(marker, new Date(now()), new Date(now()));
      for await (const { name, isFile } of Deno.readDir(folder)) {
        const old = now() - await changedAt(`${folder}/${name}`) > days * DAY_MS;
        if (isFile && old && name.endsWith(".jsonl")) await Deno.remove(`${folder}/${name}`);
      }
    },
  };
}

/** Zero for a file that is not there. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).mtime?.getTime() ?? 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
