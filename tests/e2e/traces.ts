/** What a run leaves behind on the machine: its processes, its boxes, its folders. */
import assert from "node:assert/strict";
import type { ProcessRef } from "../../core/model/box.ts";
import { isAlive } from "../../engines/native/boxes.ts";
import { familyOf, sleepers, until } from "../engines/native/processes.ts";
import { docker } from "./docker.ts";
import type { Program } from "./program.ts";

/** What is promised (issue 2): after this time the program in the box is gone. */
const PROMISED_MS = 2000;

let number = 0;

/** A duration that no other process on the machine sleeps for: finds this one again. */
export function uniqueNap(): string {
  return `3${Deno.pid}.${++number}${crypto.getRandomValues(new Uint16Array(1))[0]}`;
}

/** A program that sleeps so long, and one that also ignores every polite request to end. */
export function napping(nap: string): string[] {
  return ["sh", "-c", `sleep ${nap} & sleep ${nap}; :`];
}

export function stubborn(nap: string): string[] {
  return ["sh", "-c", `trap '' TERM INT HUP QUIT; sleep ${nap} & while :; do sleep ${nap}; done`];
}

/** Waits until both sleepers run; then everything that belongs to this run. */
export async function everythingOf(pid: number, nap: string): Promise<ProcessRef[]> {
  assert.ok(await until(() => sleepers(nap).length >= 2, 30_000), "the program never started");
  const all = [...familyOf(pid), ...sleepers(nap)];
  return all.filter((one, i) => all.findIndex(({ pid }) => pid === one.pid) === i);
}

/** Fails when the sleepers live longer than promised, or the rest of these much longer. */
export async function assertGone(all: readonly ProcessRef[]): Promise<void> {
  const isSleeper = ({ pid }: ProcessRef) => commandOf(pid).startsWith("sleep ");
  await assertDead(all.filter(isSleeper), PROMISED_MS);
  await assertDead(all, 3 * PROMISED_MS);
}

async function assertDead(all: readonly ProcessRef[], ms: number): Promise<void> {
  if (await until(() => !all.some(isAlive), ms)) return;
  const names = all.filter(isAlive).map(({ pid }) => `${pid} ${commandOf(pid).slice(0, 200)}`);
  throw new assert.AssertionError({ message: `alive after ${ms} ms: ${names.join("; ")}` });
}

/** Runs a next command and fails for anything that is left after it. */
export async function assertCleanAfterNext(ct: Program, ms = 3000): Promise<void> {
  await ageRunFolders(ct);
  const next = await ct.run(["true"]);
  assert.equal(next.code, 0, next.errorText);
  const deadline = Date.now() + ms;
  let left = await leftOf(ct);
  while (left.length > 0 && Date.now() < deadline) left = await leftOf(ct);
  assert.deepEqual(left, []);
}

/**
 * A folder whose owner died stays for 30 seconds, because its box may still be on its way. Nobody
 * waits for that here: the time of the folders is moved back instead.
 */
export async function ageRunFolders({ data }: Program): Promise<void> {
  for (const name of names(`${data}/run`)) {
    const path = `${data}/run/${name}`;
    const past = Date.now() - 60_000;
    try {
      const owner = JSON.parse(await Deno.readTextFile(`${path}/owner.json`));
      await Deno.writeTextFile(`${path}/owner.json`, JSON.stringify({ ...owner, startedAt: past }));
    } catch (error) {
      // It had no time to say who it is, or only half of it.
      if (!(error instanceof Deno.errors.NotFound || error instanceof SyntaxError)) throw error;
    }
    await Deno.utime(path, past / 1000, past / 1000);
  }
}

/** What is there now, in words. */
export async function leftOf({ engine, data, installation }: Program): Promise<string[]> {
  const boxes = engine === "docker"
    ? await docker("ps", "-a", "--format={{.Names}} {{.Status}}", "--filter", byLabel(installation))
    : "";
  return [
    ...boxes.split("\n").filter((line) => line !== ""),
    ...names(`${data}/run`).map((name) => `run/${name}`),
    ...names(`${data}/native/boxes`).map((name) => `native/boxes/${name}`),
    ...processesNaming(data, installation),
  ];
}

/** Processes that have the data folder or the installation's id in their arguments. */
export function processesNaming(...words: string[]): string[] {
  return names("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== Deno.pid)
    .map((pid) => `${pid} ${commandOf(Number(pid))}`)
    .filter((line) => words.some((word) => line.includes(word)));
}

export function commandOf(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

function byLabel(installation: string): string {
  return `label=construct.id=${installation}`;
}

function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}
