/** What native tests ask /proc: which processes a box consists of, and whether they are gone. */
import { isAlive, processOf } from "../../../engines/native/boxes.ts";
import type { ProcessRef } from "../../../core/model/box.ts";

/** A process and all below it, whichever namespace they are in. */
export function familyOf(pid: number): ProcessRef[] {
  const all = everybody();
  const found: ProcessRef[] = [];
  const visit = (parent: number) => {
    for (const each of all) if (each.parent === parent) visit(each.process.pid);
    const own = all.find(({ process }) => process.pid === parent);
    if (own !== undefined) found.push(own.process);
  };
  visit(pid);
  return found;
}

/** Those that run `sleep DURATION`. */
export function sleepers(duration: string): ProcessRef[] {
  return everybody().map(({ process }) => process)
    .filter(({ pid }) => read(`/proc/${pid}/cmdline`) === `sleep\0${duration}\0`);
}

/** Waits until all are gone; returns those that are not after `ms`. */
export async function survivors(family: readonly ProcessRef[], ms: number): Promise<ProcessRef[]> {
  return await until(() => !family.some(isAlive), ms) ? [] : family.filter(isAlive);
}

/** True as soon as the condition holds, false after `ms`. */
export async function until(condition: () => boolean, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return true;
}

function everybody(): { process: ProcessRef; parent: number }[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name }) => {
      const line = read(`/proc/${name}/stat`);
      const process = processOf(line);
      const parent = Number(/\) \S (\d+)/.exec(line)?.[1]);
      return process === undefined ? [] : [{ process, parent }];
    });
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
