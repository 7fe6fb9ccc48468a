/** How native boxes are found while they run, stopped, and cleared away. */
import { AppError } from "../../core/errors.ts";
import * as boxes from "./boxes.ts";
import type { KnownBox } from "./boxes.ts";
import { removeGroups } from "./limits.ts";

const TERM_PATIENCE_MS = 2000;
const KILL_PATIENCE_MS = 1000;
const START_PATIENCE_MS = 2000;

/**
 * Process 1 of the box, as soon as there is one.
 *
 * @throws `notFound` when the box does not run.
 */
export async function findInit(base: string, name: string, signal: AbortSignal): Promise<number> {
  const deadline = Date.now() + START_PATIENCE_MS;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    const box = boxes.readBox(base, name);
    if (box === undefined || !boxes.isLive(box)) break;
    const pid = box.client === undefined ? undefined : boxes.initOf(box.client);
    if (pid !== undefined) return pid;
    await pause(1);
  }
  throw new AppError("notFound", `Cannot look into box "${name}": it does not run`, {
    hint: "Run `ct box list`",
  });
}

/** TERM to the box's first process, then KILL to all. A box that is gone already is fine. */
export async function stop(base: string, name: string, signal: AbortSignal): Promise<void> {
  const box = boxes.readBox(base, name);
  if (box === undefined) return;
  const { client } = box;
  if (client !== undefined && boxes.isAlive(client)) {
    const init = boxes.initOf(client);
    if (init !== undefined) send(init, "SIGTERM");
    await gone(box, init === undefined ? 0 : TERM_PATIENCE_MS, signal);
    if (boxes.isAlive(client)) send(client.pid, "SIGKILL");
    await gone(box, KILL_PATIENCE_MS, signal);
  }
  await remove(box);
}

async function gone({ client }: KnownBox, ms: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + ms;
  while (client !== undefined && boxes.isAlive(client) && Date.now() < deadline) {
    signal.throwIfAborted();
    await pause(2);
  }
}

/** Removes what is left of this box, and of those whose makers were killed. */
export async function sweep(base: string, name: string): Promise<void> {
  const over = boxes.readBoxes(base).filter((box) =>
    box.record.name === name || !boxes.isLive(box)
  );
  for (const box of over) await remove(box);
}

export async function remove({ folder, record }: KnownBox): Promise<void> {
  await removeGroups(record.cgroups);
  await Deno.remove(folder, { recursive: true }).catch(() => {});
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
