/**
 * From a plan to the exit code of the program: folder, box, proof, environment, signals, end. Works
 * over ports only, so that the same steps run here, in a daemon and in a test. It prints nothing.
 */
import { AppError } from "../errors.ts";
import type { BoxPlan } from "../model/box.ts";
import type { Variables } from "../model/environment.ts";
import { BOX } from "../model/layout.ts";
import type { BoxClient, Cancellable, Clock, Engine, Stdio } from "../ports.ts";
import type { RunFolder, RunFolders, RunRecord } from "./run_folder.ts";

export interface LaunchPorts {
  engine: Engine;
  folders: RunFolders;
  clock: Clock;
}

export interface Launch {
  /** Without the run folder's mounts: they are added here. */
  plan: BoxPlan;
  /** May come while the box starts: nobody needs it earlier. */
  environment: Variables | Promise<Variables>;
  stdio: Stdio;
  /** Called once the client is there: signals and, with pipes, the streams are the caller's. */
  onClient?: (run: RunningBox) => void;
}

/** A started run, as far as others may touch it. */
export interface RunningBox {
  client: BoxClient;
  /** Passes a signal to the program. */
  signal(name: string): void;
  /** Ends the box within two seconds. */
  end(): void;
}

export type Outcome =
  /** The program ran and ended; the code is its own. */
  | { kind: "ended"; code: number; pid: number | undefined; note?: string }
  /** A file that the program needs is not in the box; nothing ran. */
  | { kind: "missing"; path: string };

/** How long a box may live on after its end was asked for: half of what we promise (2 s). */
const END_GRACE_MS = 1600;
const REMOVE_LIMIT_MS = 10_000;

/**
 * Runs one program in a box of its own, from start to removal.
 *
 * @throws `AppError` when the program could not be started; whatever was made is gone then.
 */
export async function launch(
  { engine, folders, clock }: LaunchPorts,
  { plan, environment, stdio, onClient }: Launch,
  options: Cancellable,
): Promise<Outcome> {
  await using folder = await folders.open({
    name: plan.name,
    engine: engine.name,
    far: engine.far,
  });
  const complete = { ...plan, mounts: [...plan.mounts, ...folder.mounts] };
  if (options.signal.aborted) throw cancelled();
  const client = await engine.run(complete, stdio, options);
  const gone = new AbortController();
  const exited = client.exited.finally(() => gone.abort());
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= endWithin(END_GRACE_MS, { engine, folder, client, clock, plan });
    // Awaited below, but it may fail before that: nobody may hear of it twice.
    ending.catch(() => {});
  };
  options.signal.addEventListener("abort", end, { once: true });
  // While the engine was at work nobody listened.
  if (options.signal.aborted) end();
  using _ = { [Symbol.dispose]: () => options.signal.removeEventListener("abort", end) };
  let started = false;
  onClient?.({
    client,
    end,
    // Before its environment is complete there is no program that a signal could be for.
    signal: (name) => started ? void folder.signal(name).catch(end) : end(),
  });
  try {
    const record = await folder.ready({ signal: gone.signal });
    if (engine.far && record.missing === undefined) {
      folder.attach(await engine.openPipe(plan.name, BOX.farLife));
    }
    if (plan.network === "none") await proveWall(engine, record, plan, gone.signal);
    // With nobody there to read, more than a pipe holds would be sent for ever.
    if (record.missing === undefined) await Promise.race([folder.send(await environment), exited]);
    started = true;
  } catch (error) {
    // When the box ended by itself, the reason for that is the better explanation.
    const endedFirst = gone.signal.aborted && !isRefusal(error);
    end();
    await ending;
    if (!endedFirst) throw error;
  }
  const exit = await exited;
  let record = await folder.record();
  // The client is gone but nobody recorded the program's end: whatever is left must go, too.
  if (record.exitCode === undefined && record.missing === undefined) end();
  await ending;
  // Nobody waited for the engine to tidy up after a client that was killed.
  const left = exit.signal === undefined
    ? undefined
    : await removeOrSay(() =>
      within(clock, REMOVE_LIMIT_MS, (limit) => engine.remove(plan.name, limit))
    );
  record = await folder.record();
  const outcome = await toOutcome(record, async () => {
    if (options.signal.aborted) return cancelled();
    return await within(clock, 5000, (limit) => engine.explain(plan, exit, limit));
  }, exit);
  return left === undefined || outcome.kind !== "ended" ? outcome : { ...outcome, note: left };
}

/** A box that stays behind is worth a word, but not the program's exit code. */
async function removeOrSay(remove: () => Promise<void>): Promise<string | undefined> {
  try {
    await remove();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) {
      return `the box may still be there, see \`ct box list\`: ${error.message}`;
    }
    throw error;
  }
}

/** Asks the runner to end the program, then takes the box away however that went. */
async function endWithin(
  ms: number,
  { engine, folder, client, clock, plan }: {
    engine: Engine;
    folder: RunFolder;
    client: BoxClient;
    clock: Clock;
    plan: BoxPlan;
  },
): Promise<void> {
  folder.end();
  let timer: unknown;
  const late = new Promise<void>((done) => timer = clock.setTimeout(done, ms));
  await Promise.race([client.exited, late]);
  clock.clearTimeout(timer);
  const { exitCode } = await folder.record();
  client.kill();
  // Removing waits for the engine; a program that recorded its end is leaving by itself.
  if (exitCode === undefined) {
    await within(clock, REMOVE_LIMIT_MS, (limit) => engine.remove(plan.name, limit));
  }
}

/** An engine that hangs must not hang us. */
async function within<T>(clock: Clock, ms: number, ask: (limit: Cancellable) => Promise<T>) {
  const limit = new AbortController();
  const timer = clock.setTimeout(() => limit.abort(), ms);
  try {
    return await ask({ signal: limit.signal });
  } finally {
    clock.clearTimeout(timer);
  }
}

/** DESIGN 5.1: no proof, no run. From outside, and by what the runner saw before any program ran. */
async function proveWall(
  engine: Engine,
  { interfaces, missing }: RunRecord,
  plan: BoxPlan,
  signal: AbortSignal,
): Promise<void> {
  if (missing !== undefined) return;
  const foreign = (interfaces ?? ["unknown"]).filter((name) => name !== "lo");
  if (foreign.length > 0) {
    throw new AppError("denied", `Cannot go on: the box has a network (${foreign.join(", ")})`);
  }
  await engine.proveOffline(plan.name, { signal });
}

function cancelled(): AppError {
  return new AppError("cancelled", "Cancelled before it started");
}

function isRefusal(error: unknown): boolean {
  return error instanceof AppError && error.code === "denied";
}

async function toOutcome(
  record: RunRecord,
  explain: () => Promise<Error>,
  exit: { code: number; signal: string | undefined },
): Promise<Outcome> {
  const { pid, exitCode, missing } = record;
  if (missing !== undefined) return { kind: "missing", path: missing };
  if (pid === undefined) throw await explain();
  if (exitCode !== undefined) return { kind: "ended", code: exitCode, pid };
  // Killed together with its runner, as by the memory limit. A client that says 0 would be lying.
  const code = exit.signal === undefined && exit.code !== 0 ? exit.code : 137;
  return { kind: "ended", code, pid, note: "the program was killed and left no exit code" };
}
