/** Starting an engine that sleeps, with stand-ins for what starts services. */
import assert from "node:assert/strict";
import { startEngine } from "../../engines/start.ts";
import { makePrograms } from "../fakes/programs.ts";

const never = new AbortController().signal;
const awake = () => Promise.resolve(true);
const FAILS = "exit 1";

const linuxOnly = { ignore: Deno.build.os !== "linux" };

Deno.test("engine start: the first way that works is the last one tried", linuxOnly, async () => {
  const systemd = "--no-ask-password start docker";
  const ways: [system: string, user: string, service: string, calls: string[][]][] = [
    ["exit 0", FAILS, FAILS, [[systemd], []]],
    [FAILS, "exit 0", FAILS, [[systemd, `--user ${systemd}`], []]],
    [FAILS, FAILS, "exit 0", [[systemd, `--user ${systemd}`], ["docker start"]]],
  ];
  for (const [system, user, service, calls] of ways) {
    const systemctl = `case "$1" in --user) ${user} ;; *) ${system} ;; esac`;
    await using programs = await makePrograms({ systemctl, service });
    await startEngine("docker", awake, { signal: never });
    assert.deepEqual([await programs.calls("systemctl"), await programs.calls("service")], calls);
  }
});

Deno.test("engine start: a machine without systemd has other ways", linuxOnly, async () => {
  await using programs = await makePrograms({ service: "exit 0" });
  await startEngine("docker", awake, { signal: never });
  assert.deepEqual(await programs.calls("service"), ["docker start"]);
});

Deno.test("engine start: when no way works the user is asked to", async () => {
  for (const programs of [{}, { systemctl: FAILS, service: FAILS, open: FAILS, colima: FAILS }]) {
    await using _ = await makePrograms(programs);
    await assert.rejects(
      startEngine("docker", () => assert.fail("nobody was started"), { signal: never }),
      { code: "unavailable", message: /Cannot start engine "docker"/, hint: /Start docker/ },
    );
  }
});

Deno.test("engine start: only docker can be started, others are left alone", async () => {
  await using programs = await makePrograms({ systemctl: "exit 0" });
  for (const name of ["podman", "container", "native"] as const) {
    await assert.rejects(startEngine(name, awake, { signal: never }), { code: "unavailable" });
  }
  assert.deepEqual(await programs.calls("systemctl"), []);
});

Deno.test("engine start: asks until the engine answers", linuxOnly, async () => {
  await using _ = await makePrograms({ systemctl: "exit 0" });
  const said = [false, true];
  await startEngine("docker", () => Promise.resolve(said.shift() ?? true), { signal: never });
  assert.deepEqual(said, []);
});

Deno.test("engine start: a cancellation ends the waiting", linuxOnly, async () => {
  await using _ = await makePrograms({ systemctl: "exit 0" });
  const cancel = new AbortController();
  const answers = () => {
    cancel.abort(new Error("cancelled by a test"));
    return Promise.resolve(false);
  };
  await assert.rejects(startEngine("docker", answers, cancel), /cancelled by a test/);
});

Deno.test(
  "engine start: a cancellation ends a way that hangs, and tries no other",
  linuxOnly,
  async () => {
    const cancel = new AbortController();
    await using programs = await makePrograms({ service: "exit 0" });
    // It says on a pipe that it is there, so that nobody has to guess when.
    await programs.put("systemctl", `echo up > "${programs.folder}/up"; exec /bin/sleep 30`);
    const watcher = Deno.watchFs(programs.folder);
    const up = (async () => {
      for await (const { paths } of watcher) {
        if (paths.some((path) => path.endsWith("/up"))) return cancel.abort(new Error("by a test"));
      }
    })();
    await assert.rejects(startEngine("docker", awake, cancel), /by a test/);
    await up;
    assert.deepEqual(await programs.calls("service"), []);
  },
);
