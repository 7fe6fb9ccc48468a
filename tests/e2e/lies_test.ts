/** An engine's client that lies or dies: the exit code is the program's all the same. */
import assert from "node:assert/strict";
import { assertCode, assertRefused, onEngines, type Program } from "./program.ts";
import { docker } from "./docker.ts";
import { leftOf, uniqueNap } from "./traces.ts";
import { sleepers, until } from "../engines/native/processes.ts";

/** Puts a client first on PATH that does `script` instead of running a box. */
async function withClient(ct: Program, script: string): Promise<{ PATH: string }> {
  const folder = `${ct.folder}/bin`;
  const path = Deno.env.get("PATH") ?? "";
  const { stdout } = await new Deno.Command("sh", { args: ["-c", "command -v docker"] }).output();
  const real = new TextDecoder().decode(stdout).trim();
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/docker`,
    `#!/bin/sh\nreal=${real}\n[ "$1" = run ] || exec $real "$@"\n${script}\n`,
    { mode: 0o755 },
  );
  return { PATH: `${folder}:${path}` };
}

const LIES: Record<string, [client: string, program: string, code: number]> = {
  "that says 0 of a failure": ['$real "$@"; exit 0', "exit 3", 3],
  "that says 5 of a success": ['$real "$@"; exit 5', "exit 0", 0],
  "that says 125 of the program": ['$real "$@"; exit 125', "exit 9", 9],
  "that is killed after the program": ['$real "$@"; kill -KILL $$', "exit 4", 4],
  "that is killed before it": ['$real "$@" & sleep 1; kill -KILL $$', "sleep NAP", 143],
  "that leaves early with 0": ['$real "$@" & sleep 1; exit 0', "sleep NAP", 143],
};

await onEngines((engine, test) => {
  if (engine !== "docker") return;

  for (const [lie, [client, program, code]] of Object.entries(LIES)) {
    test(`run: a client ${lie} does not change the exit code`, async (ct) => {
      const env = await withClient(ct, client);
      const nap = uniqueNap();
      const run = ct.start(ct.words(["sh", "-c", program.replace("NAP", nap)]), { env });
      assertCode(await run.ended, code);
      assert.ok(await until(() => sleepers(nap).length === 0, 2000));
      assert.deepEqual((await leftOf(ct)).filter((line) => /construct-\S+ Up/.test(line)), []);
    });
  }

  test("run: a client that says 0 and starts nothing is unavailable", async (ct) => {
    const env = await withClient(ct, "exit 0");
    assertRefused(await ct.run(["true"], { env }), "unavailable", /Cannot start the box/);
    assert.equal(
      await docker("ps", "-aq", "--filter", `label=construct.id=${ct.installation}`),
      "",
    );
  });

  test("run: a client that is killed and starts nothing is unavailable", async (ct) => {
    const env = await withClient(ct, "kill -KILL $$");
    assertRefused(await ct.run(["true"], { env }), "unavailable", /Cannot start the box/);
  });
});
