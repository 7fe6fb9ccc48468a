/** How a launch ends before its program wants to: cancelled, asked to end, or by a signal. */
import assert from "node:assert/strict";
import { AppError } from "../../../core/errors.ts";
import type { FakeProgram } from "../../fakes/engine.ts";
import { BOX_NAME, type FakeLaunch, makeLaunch } from "../../fakes/launch.ts";
import { settle } from "../../fakes/settle.ts";

const FOREVER: FakeProgram = () => new Promise(() => {});
const OFFLINE = { network: "none" } as const;

/** What must be so after every launch, whatever happened. */
function assertTidy({ folders, engine }: FakeLaunch): void {
  assert.deepEqual(folders.opened.map(({ disposed }) => disposed), [1]);
  assert.equal(engine.boxes.size, 0, "the box is gone");
}

Deno.test("launch cancel: before the start nothing is made", async () => {
  const world = makeLaunch();
  world.cancel.abort();
  await world.start();
  const { error } = await world.end();
  assert.ok(error instanceof AppError && error.code === "cancelled", String(error));
  assert.deepEqual(world.engine.calls, []);
  assertTidy(world);
});

Deno.test("launch cancel: while the engine makes the box, the box is ended", async () => {
  const world = makeLaunch({ program: FOREVER });
  world.engine.knobs.onRun = () => world.cancel.abort();
  await world.start();
  world.clock.advance(2000);
  const { error } = await world.end();
  assert.ok(error instanceof AppError && error.code === "cancelled", String(error));
  assertTidy(world);
});

Deno.test("launch cancel: a runner that never speaks is taken away within two seconds", async () => {
  for (const network of ["open", "none"] as const) {
    const world = makeLaunch({ neverReady: true });
    await world.start({ network });
    assert.equal(world.ended(), undefined);
    world.cancel.abort();
    await settle();
    world.clock.advance(2000);
    const { error } = await world.end();
    assert.ok(error instanceof AppError && error.code === "cancelled", String(error));
    assertTidy(world);
  }
});

Deno.test("launch cancel: a running program is asked to end, and its own code counts", async () => {
  const world = makeLaunch({
    program: async ({ nextSignal }) => await nextSignal() === "TERM" ? 9 : 1,
  });
  await world.start();
  world.cancel.abort();
  assert.deepEqual((await world.end()).outcome, { kind: "ended", code: 9, pid: 7 });
  assert.ok(!world.engine.calls.includes(`remove ${BOX_NAME}`), "it left by itself");
  assertTidy(world);
});

Deno.test("launch end: a program that ignores TERM is killed by its runner after a second", async () => {
  const world = makeLaunch({ program: FOREVER });
  await world.start();
  world.running()?.end();
  await settle();
  world.clock.advance(999);
  await settle();
  assert.equal(world.ended(), undefined);
  world.clock.advance(1);
  assert.deepEqual((await world.end()).outcome, { kind: "ended", code: 137, pid: 7 });
  assertTidy(world);
});

Deno.test("launch end: a runner that hangs is taken away before two seconds are over", async () => {
  const world = makeLaunch({ neverReady: true });
  await world.start();
  world.running()?.end();
  world.running()?.end();
  await settle();
  world.clock.advance(1599);
  await settle();
  assert.equal(world.ended(), undefined);
  world.clock.advance(1);
  assert.match(String((await world.end()).error), /explained/);
  assert.ok(world.engine.calls.includes(`remove ${BOX_NAME}`));
  assertTidy(world);
});

Deno.test("launch end: an engine that cannot remove is reported, and crashes nothing", async () => {
  const world = makeLaunch({
    program: FOREVER,
    removeFails: new AppError("unavailable", "Cannot remove"),
  });
  await world.start();
  world.engine.boxes.get(BOX_NAME)?.endClient();
  assert.match(String((await world.end()).error), /Cannot remove/);
  assert.equal(world.folders.opened[0]?.disposed, 1);
});

Deno.test("launch end: a removal that fails before the client is gone crashes nothing", async () => {
  const world = makeLaunch({
    neverReady: true,
    removeFails: new AppError("unavailable", "Cannot remove"),
  });
  await world.start();
  const running = world.running();
  assert.ok(running);
  running.client.kill = () => {};
  running.end();
  await settle();
  world.clock.advance(2000);
  // An error that nobody observes ends the process between two turns of the event loop.
  await new Promise((done) => setTimeout(done, 0));
  world.engine.boxes.get(BOX_NAME)?.endClient();
  assert.match(String((await world.end()).error), /Cannot remove/);
});

Deno.test("launch signal: reaches the program, which decides itself", async () => {
  const world = makeLaunch({
    program: async ({ nextSignal }) => await nextSignal() === "INT" ? 5 : 6,
  });
  await world.start();
  world.running()?.signal("INT");
  assert.deepEqual((await world.end()).outcome, { kind: "ended", code: 5, pid: 7 });
  assertTidy(world);
});

Deno.test("launch signal: before there is a program it ends the box", async () => {
  const world = makeLaunch({ neverReady: true });
  await world.start(OFFLINE);
  world.running()?.signal("INT");
  await settle();
  world.clock.advance(2000);
  assert.match(String((await world.end()).error), /explained/);
  assertTidy(world);
});
