/** Which engine a run uses: remembered, asked for, or woken up. */
import assert from "node:assert/strict";
import { AppError } from "../../core/errors.ts";
import type { EngineMemory } from "../../io/engine_memory.ts";
import { type ChoiceWish, choose } from "../../supervisor/choice.ts";
import { makePrograms } from "../fakes/programs.ts";
import { makeWorld } from "../fakes/world.ts";

const never = { signal: new AbortController().signal };
const MINUTE_MS = 60_000;

const MEMORY: EngineMemory = {
  last: "docker",
  rootless: true,
  far: true,
  endpoint: "",
  at: Date.parse("2026-11-20T12:00:00Z"),
};

const wish = (change: Partial<ChoiceWish> = {}): ChoiceWish => ({
  wanted: "auto",
  fresh: false,
  mayStart: false,
  ...change,
});

const says = (info: Record<string, unknown>, endpoint = "unix:///run/docker.sock") =>
  `case "$1" in info) echo '${JSON.stringify(info)}' ;; context) echo '${endpoint}' ;; esac`;

const AWAKE = { server: "27.0", security: [], kernel: Deno.osRelease() };
const ASLEEP = { server: "", security: null, kernel: "" };

const noHost = { DOCKER_HOST: undefined };

Deno.test("choice: what was used last is used again, and nobody is asked", async () => {
  await using programs = await makePrograms({ docker: says(AWAKE) }, noHost);
  await using world = await makeWorld({ memory: MEMORY });
  for (const wanted of ["auto", "docker"] as const) {
    const { choice, rootless, far, memory } = await choose(world, wish({ wanted }), never);
    assert.equal(choice.name, "docker");
    assert.deepEqual([rootless, far, memory], [true, true, MEMORY]);
    assert.match(choice.why, wanted === "auto" ? /used last/ : /asks for it/);
  }
  assert.deepEqual(await programs.calls("docker"), []);
});

Deno.test("choice: fresh asks, whatever is remembered", async () => {
  await using _ = await makePrograms({ docker: says(AWAKE) }, noHost);
  await using world = await makeWorld({ memory: MEMORY });
  const { choice, rootless, memory } = await choose(world, wish({ fresh: true }), never);
  assert.equal(choice.name, "docker");
  assert.deepEqual([rootless, memory], [false, undefined]);
});

Deno.test("choice: another engine than the remembered one is asked for", async () => {
  await using _ = await makePrograms({ docker: says(AWAKE) }, noHost);
  await using world = await makeWorld({ memory: { ...MEMORY, last: "native" } });
  const { choice, memory } = await choose(world, wish({ wanted: "docker" }), never);
  assert.deepEqual([choice.name, memory], ["docker", undefined]);
});

Deno.test("choice: native is trusted for ten minutes, then a better engine may be back", async () => {
  await using _ = await makePrograms({ docker: says(AWAKE) }, noHost);
  await using world = await makeWorld({ memory: { ...MEMORY, last: "native" } });
  world.fakeClock.advance(10 * MINUTE_MS - 1);
  assert.equal((await choose(world, wish(), never)).choice.name, "native");
  world.fakeClock.advance(1);
  assert.equal((await choose(world, wish(), never)).choice.name, "docker");
  const asked = await choose(world, wish({ wanted: "native" }), never);
  assert.equal(asked.choice.name, "native", "asked for by name it is trusted for ever");
});

Deno.test("choice: a list never starts an engine", async () => {
  await using programs = await makePrograms({ docker: says(ASLEEP), systemctl: "exit 0" }, noHost);
  await using world = await makeWorld();
  await assert.rejects(choose(world, wish({ wanted: "docker" }), never), { code: "unavailable" });
  assert.deepEqual(await programs.calls("systemctl"), []);
  assert.deepEqual(world.said, []);
});

const linuxOnly = { ignore: Deno.build.os !== "linux" };

Deno.test("choice: a run starts a docker that sleeps", linuxOnly, async () => {
  await using programs = await makePrograms({ docker: says(ASLEEP) }, noHost);
  await programs.put("awake", says(AWAKE));
  // Built-in commands only: the new docker takes the old one's place by its own script.
  await programs.put("docker", `if [ -e "${programs.folder}/up" ]; then exec awake "$@"; fi`);
  await programs.put("systemctl", `echo > "${programs.folder}/up"`);
  await using world = await makeWorld();
  const { choice } = await choose(world, wish({ wanted: "docker", mayStart: true }), never);
  assert.equal(choice.name, "docker");
  assert.deepEqual(world.said, ["note: docker is not running: starting it"]);
});

Deno.test("choice: a docker that cannot be started is an error when it was asked for", async () => {
  await using _ = await makePrograms({ docker: says(ASLEEP) }, noHost);
  await using world = await makeWorld();
  await assert.rejects(choose(world, wish({ wanted: "docker", mayStart: true }), never), {
    code: "unavailable",
    message: /Cannot start engine "docker"/,
  });
});

Deno.test("choice: without its docker, auto says so and takes the last resort", async () => {
  await using _ = await makePrograms({ docker: says(ASLEEP) }, noHost);
  await using world = await makeWorld();
  try {
    const { choice } = await choose(world, wish({ mayStart: true }), never);
    assert.equal(choice.name, "native");
    assert.match(choice.notice ?? "", /native/);
  } catch (error) {
    // This machine may have no native engine either.
    assert.ok(error instanceof AppError && error.code === "unavailable", String(error));
  }
  assert.deepEqual(world.said, [
    "note: docker is not running: starting it",
    'note: Cannot start engine "docker": no way to start it works',
  ]);
});

Deno.test("choice: an engine on another machine is not asleep here", async () => {
  const programs = { docker: says(AWAKE, "ssh://build"), systemctl: "exit 0", service: "exit 0" };
  await using fakes = await makePrograms(programs, noHost);
  await using world = await makeWorld();
  await assert.rejects(choose(world, wish({ wanted: "docker", mayStart: true }), never), {
    code: "unavailable",
    hint: /another machine/,
  });
  assert.deepEqual(await fakes.calls("systemctl"), []);
});

Deno.test("choice: a cancellation while asking is one", async () => {
  await using _ = await makePrograms({}, noHost);
  await using world = await makeWorld();
  const signal = AbortSignal.abort(new AppError("cancelled", "Cancelled by a test"));
  await assert.rejects(choose(world, wish({ mayStart: true }), { signal }), { code: "cancelled" });
});
