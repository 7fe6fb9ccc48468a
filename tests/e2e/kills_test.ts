/** KILL of ct at any step of a launch: after the next command nothing of it is left. */
import assert from "node:assert/strict";
import { familyOf } from "../engines/native/processes.ts";
import { assertCode, onEngines, type Program } from "./program.ts";
import { assertCleanAfterNext, assertGone, uniqueNap } from "./traces.ts";

/** From before it loaded its code to well after the program started, slow machines included. */
const MOMENTS = Array.from({ length: 30 }, (_, i) => i * 20);

/** Starts a run that would not end, and kills it so much later. Whatever it had started is told. */
async function killAfter(ct: Program, ms: number, network: string) {
  const nap = uniqueNap();
  const run = ct.start(ct.words(["sleep", nap], [`--ct-network=${network}`]));
  await new Promise((next) => setTimeout(next, ms));
  const family = familyOf(run.pid);
  Deno.kill(run.pid, "SIGKILL");
  assert.equal((await run.ended).signal, "SIGKILL");
  return { nap, family };
}

await onEngines((_, test) => {
  for (const network of ["permissive", "offline"]) {
    test(`launch: KILL at any step leaves nothing, ${network}`, async (ct) => {
      assertCode(await ct.run(["true"]), 0);
      let deepest = 0;
      for (const ms of MOMENTS.filter((_, i) => i % 2 === (network === "offline" ? 1 : 0))) {
        const { family } = await killAfter(ct, ms, network);
        deepest = Math.max(deepest, family.length);
        await assertGone(family);
      }
      // A positive control: the later ones had a client, or a whole native box.
      assert.ok(deepest >= 2, `${deepest} processes`);
      await assertCleanAfterNext(ct);
    });
  }

  test("launch: KILL of the very first one leaves nothing", async (ct) => {
    for (const ms of [60, 120, 200, 300]) await killAfter(ct, ms, "permissive");
    await assertCleanAfterNext(ct, 10_000);
  });
});
