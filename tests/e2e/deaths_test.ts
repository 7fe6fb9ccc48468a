/** Whoever dies, the program in the box is gone soon, and the next command leaves nothing of it. */
import assert from "node:assert/strict";
import { familyOf } from "../engines/native/processes.ts";
import { onEngines, type Program } from "./program.ts";
import { openPane } from "./tmux.ts";
import {
  assertCleanAfterNext,
  assertGone,
  commandOf,
  everythingOf,
  leftOf,
  napping,
  stubborn,
  uniqueNap,
} from "./traces.ts";

/** A sleeping program, its processes, and the positive control that they are there. */
async function startNap(ct: Program, program = napping) {
  const nap = uniqueNap();
  const run = ct.start(ct.words(program(nap)));
  const all = await everythingOf(run.pid, nap).catch(async (error) => {
    const left = await leftOf(ct);
    Deno.kill(run.pid, "SIGKILL");
    const { text, errorText } = await run.ended;
    throw new Error(`${text}${errorText}: ${left.join("; ")}`, { cause: error });
  });
  assert.ok(all.length >= 4, `${all.length} processes`);
  assert.notDeepEqual(await leftOf(ct), []);
  return { run, all };
}

/** The engine's own client: the process that ct started to carry the box. */
function clientOf(pid: number): number {
  const client = familyOf(pid).find((one) =>
    one.pid !== pid && /^\S*(docker run|bwrap) /.test(commandOf(one.pid))
  );
  return client?.pid ?? assert.fail("no client");
}

await onEngines((_, test) => {
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    test(`run: ${signal} of ct ends the program`, async (ct) => {
      const { run, all } = await startNap(ct);
      Deno.kill(run.pid, signal);
      await assertGone(all);
      assert.equal((await run.ended).code, 143);
      assert.deepEqual(await leftOf(ct), []);
    });
  }

  test("run: TERM of ct ends a program that ignores it", async (ct) => {
    const { run, all } = await startNap(ct, stubborn);
    Deno.kill(run.pid, "SIGTERM");
    await assertGone(all);
    assert.equal((await run.ended).code, 137);
    await assertCleanAfterNext(ct);
  });

  test("run: KILL of ct ends the program, and the next command cleans up", async (ct) => {
    const { run, all } = await startNap(ct, stubborn);
    Deno.kill(run.pid, "SIGKILL");
    await assertGone(all);
    assert.equal((await run.ended).signal, "SIGKILL");
    await assertCleanAfterNext(ct);
  });

  test("run: KILL of the engine's client ends the program with 137", async (ct) => {
    const { run, all } = await startNap(ct, stubborn);
    Deno.kill(clientOf(run.pid), "SIGKILL");
    await assertGone(all.filter(({ pid }) => pid !== run.pid));
    assert.equal((await run.ended).code, 137);
    assert.deepEqual(await leftOf(ct), []);
  });

  test("run: TERM of the engine's client ends the program", async (ct) => {
    const { run, all } = await startNap(ct);
    Deno.kill(clientOf(run.pid), "SIGTERM");
    await assertGone(all);
    assert.ok((await run.ended).code >= 129);
    assert.deepEqual(await leftOf(ct), []);
  });

  test("run: KILL of ct and of the client at once leaves nothing running", async (ct) => {
    const { run, all } = await startNap(ct, stubborn);
    const client = clientOf(run.pid);
    Deno.kill(run.pid, "SIGKILL");
    Deno.kill(client, "SIGKILL");
    await assertGone(all);
    await run.ended;
    await assertCleanAfterNext(ct);
  });

  for (const [what, program] of Object.entries({ "a program": napping, stubborn })) {
    test(`run: the end of the terminal ends ${what}`, async (ct) => {
      const nap = uniqueNap();
      const words = ct.words(program(nap)).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
      const script = `echo $$ > shell; ct ${words.join(" ")}`;
      await using pane = await openPane(ct, script);
      const pid = await shellPid(ct);
      const all = await everythingOf(pid, nap);
      assert.ok(all.length >= 5, `${all.length} processes`);
      await pane.close();
      await assertGone(all);
      await assertCleanAfterNext(ct);
    });
  }

  test("run: KILL of ct in a terminal ends the program", async (ct) => {
    const nap = uniqueNap();
    const words = ct.words(stubborn(nap)).map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    await using _pane = await openPane(ct, `echo $$ > shell; ct ${words.join(" ")}`);
    const shell = await shellPid(ct);
    const all = (await everythingOf(shell, nap)).filter(({ pid }) => pid !== shell);
    const own = all.find(({ pid }) => commandOf(pid).startsWith(ct.self.join(" ")));
    Deno.kill(own?.pid ?? assert.fail("no ct"), "SIGKILL");
    await assertGone(all);
    await assertCleanAfterNext(ct);
  });
});

async function shellPid(ct: Program): Promise<number> {
  for (let tries = 0; tries < 500; tries++) {
    const text = await Deno.readTextFile(`${ct.project}/shell`).catch(() => "");
    if (text.endsWith("\n")) return Number(text);
    await new Promise((next) => setTimeout(next, 10));
  }
  return assert.fail("the shell never started");
}
