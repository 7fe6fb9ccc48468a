/** A launch from start to end, over fakes and a clock that stands still. */
import assert from "node:assert/strict";
import { AppError } from "../../../core/errors.ts";
import type { FakeProgram } from "../../fakes/engine.ts";
import { BOX_NAME, type FakeLaunch, makeLaunch } from "../../fakes/launch.ts";

const FOREVER: FakeProgram = () => new Promise(() => {});
const OFFLINE = { network: "none" } as const;

/** What must be so after every launch, whatever happened. */
function assertTidy({ folders, engine }: FakeLaunch): void {
  assert.deepEqual(folders.opened.map(({ disposed }) => disposed), [1]);
  assert.equal(engine.boxes.size, 0, "the box is gone");
}

Deno.test("launch: the program gets its words and variables, its exit code is the outcome", async () => {
  let seen: unknown;
  const world = makeLaunch({
    program: ({ argv, environment }) => (seen = { argv, environment }, 42),
  });
  await world.start();
  assert.deepEqual(await world.end(), { outcome: { kind: "ended", code: 42, pid: 7 } });
  assert.deepEqual(seen, {
    argv: ["program", "--flag"],
    environment: { HOME: "/home/construct", KEY: "value" },
  });
  assert.deepEqual(world.engine.calls, [`run ${BOX_NAME}`]);
  assertTidy(world);
});

Deno.test("launch: the run folder is mounted after what was planned, and named for its box", async () => {
  let targets: unknown;
  const world = makeLaunch({
    program: ({ plan }) => (targets = plan.mounts.map(({ target }) => target), 0),
  });
  await world.start();
  await world.end();
  assert.deepEqual(targets, ["/projects/shop", "/run/construct", "/run/construct/record"]);
  assert.deepEqual(world.folders.opened.map(({ box, engine }) => [box, engine]), [
    [BOX_NAME, "docker"],
  ]);
});

Deno.test("launch: no value of the environment is in the plan that the engine gets", async () => {
  let plan = "";
  const world = makeLaunch({ program: (process) => (plan = JSON.stringify(process.plan), 0) });
  await world.start();
  await world.end();
  assert.doesNotMatch(plan, /value|KEY/);
});

Deno.test("launch: a file that the program needs and that is not there is named, nothing ran", async () => {
  for (const network of ["open", "none"] as const) {
    const world = makeLaunch({ program: () => assert.fail("it ran") });
    await world.start({ network, entry: ["runner", "--needs=/store/claude", "--", "claude"] });
    assert.deepEqual(await world.end(), { outcome: { kind: "missing", path: "/store/claude" } });
    assert.equal(world.folders.opened[0]?.sent, 0, "nobody is there to read it");
    assertTidy(world);
  }
});

Deno.test("launch: the record is believed, not a client that says something else", async () => {
  for (const code of [0, 1, 137]) {
    const world = makeLaunch({ program: () => 3, clientSays: { code, signal: undefined } });
    await world.start();
    assert.deepEqual((await world.end()).outcome, { kind: "ended", code: 3, pid: 7 });
    assertTidy(world);
  }
});

Deno.test("launch: a killed client ends the box, and the code is never 0", async () => {
  const world = makeLaunch({ program: FOREVER });
  await world.start();
  world.engine.boxes.get(BOX_NAME)?.endClient();
  const { outcome } = await world.end();
  assert.equal(outcome?.kind === "ended" && outcome.code, 137);
  assert.ok(world.engine.calls.includes(`remove ${BOX_NAME}`));
  assertTidy(world);
});

Deno.test("launch: after a killed client the box is taken away, also when its program had ended", async () => {
  const world = makeLaunch({ program: () => 3, clientSays: { code: 137, signal: "SIGKILL" } });
  await world.start();
  assert.deepEqual((await world.end()).outcome, { kind: "ended", code: 3, pid: 7 });
  assert.ok(world.engine.calls.includes(`remove ${BOX_NAME}`));
});

Deno.test("launch: a client that goes and leaves its box running, as after detaching", async () => {
  const world = makeLaunch({ program: FOREVER });
  await world.start();
  world.engine.boxes.get(BOX_NAME)?.endClient({ code: 0, signal: undefined });
  const { outcome } = await world.end();
  assert.equal(outcome?.kind === "ended" && outcome.code, 137);
  assertTidy(world);
});

Deno.test("launch: a box killed with its runner gives the client's code, with a note", async () => {
  for (const [says, code] of [[137, 137], [143, 143], [0, 137]] as const) {
    const world = makeLaunch({ program: FOREVER, clientSays: { code: says, signal: undefined } });
    await world.start();
    world.engine.boxes.get(BOX_NAME)?.killBox();
    const { outcome } = await world.end();
    assert.equal(outcome?.kind === "ended" && outcome.code, code);
    assert.match((outcome?.kind === "ended" && outcome.note) || "", /left no exit code/);
    assertTidy(world);
  }
});

Deno.test("launch: a start that fails is explained by the engine", async () => {
  for (const network of ["open", "none"] as const) {
    const world = makeLaunch({ failsToStart: true });
    await world.start({ network });
    assert.match(String((await world.end()).error), /explained 125/);
    assertTidy(world);
  }
});

Deno.test("launch: a box that dies before it read its environment ends the run", async () => {
  const world = makeLaunch();
  world.folders.isFull = true;
  await world.start();
  assert.equal(world.ended(), undefined);
  world.engine.boxes.get(BOX_NAME)?.killBox();
  assert.match(String((await world.end()).error), /explained 137/);
  assertTidy(world);
});

Deno.test("launch: an engine that refuses leaves no folder", async () => {
  const world = makeLaunch({ refuses: new AppError("unavailable", "Cannot: no") });
  await world.start();
  assert.match(String((await world.end()).error), /Cannot: no/);
  assertTidy(world);
});

Deno.test("launch offline: nothing starts when the runner saw a network", async () => {
  for (const interfaces of [["lo", "eth0"], ["eth0"], ["unknown"]]) {
    const world = makeLaunch({ interfaces, program: () => assert.fail("it ran") });
    await world.start(OFFLINE);
    const { error } = await world.end();
    assert.ok(error instanceof AppError && error.code === "denied", String(error));
    assert.match(error.message, /the box has a network/);
    assertTidy(world);
  }
});

Deno.test("launch offline: nothing starts when the engine sees a network", async () => {
  const world = makeLaunch({
    proof: new AppError("denied", "Cannot go on: eth0"),
    program: () => assert.fail("it ran"),
  });
  await world.start(OFFLINE);
  const { error } = await world.end();
  assert.ok(error instanceof AppError && error.code === "denied");
  assert.match(error.message, /eth0/);
  assertTidy(world);
});

Deno.test("launch offline: a proof that fails for another reason is no proof", async () => {
  const world = makeLaunch({
    proof: new AppError("unavailable", "Cannot ask"),
    program: () => assert.fail("it ran"),
  });
  await world.start(OFFLINE);
  assert.match(String((await world.end()).error), /Cannot ask/);
  assertTidy(world);
});

Deno.test("launch offline: both proofs come before the environment; an open box needs none", async () => {
  const world = makeLaunch({ program: () => 0 });
  await world.start(OFFLINE);
  await world.end();
  assert.deepEqual(world.engine.calls, [`run ${BOX_NAME}`, `prove ${BOX_NAME}`]);
  const open = makeLaunch({ interfaces: ["lo", "eth0"], program: () => 0 });
  await open.start();
  assert.equal((await open.end()).outcome?.kind, "ended");
  assert.deepEqual(open.engine.calls, [`run ${BOX_NAME}`]);
});

Deno.test("launch: a program cannot claim that it was missing", async () => {
  const world = makeLaunch({
    program: ({ say }) => (say("missing /opt/construct/packages/claude/bin/claude"), 4),
  });
  await world.start();
  assert.deepEqual((await world.end()).outcome, { kind: "ended", code: 4, pid: 7 });
});
