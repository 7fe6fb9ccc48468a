/** What the native engine refuses before it starts anything, and how it says so. */
import assert from "node:assert/strict";
import { createNative } from "../../../engines/native/native.ts";
import { detectNative } from "../../../engines/native/detect.ts";
import { makeWorld, SIGNAL } from "./fixture.ts";

const ignore = Deno.build.os !== "linux";
const NULLS = { stdin: "null", stdout: "null", stderr: "null" } as const;

Deno.test({ name: "native run: sudo is refused", ignore }, async () => {
  await using world = await makeWorld();
  const { plan, life } = await world.plan(["true"], { mayGainPrivileges: true });
  await assert.rejects(world.engine.run(plan, NULLS, { signal: SIGNAL }), {
    code: "unavailable",
    hint: /--ct-engine docker/,
  });
  life.close();
});

Deno.test({ name: "native run: no helper is refused with the ways out", ignore }, async () => {
  await using world = await makeWorld({ findHelpers: () => [] });
  const { plan, life } = await world.plan(["true"], { network: "open" });
  await assert.rejects(world.engine.run(plan, NULLS, { signal: SIGNAL }), {
    code: "unavailable",
    message: /^Cannot give the box a network: /,
    hint: /passt.*offline/,
  });
  life.close();
});

Deno.test(
  { name: "native run: a link on the way to a mount point is refused", ignore },
  async () => {
    await using world = await makeWorld();
    const { plan, life } = await world.plan(["true"]);
    await Deno.symlink("/etc", `${world.folder}/project/sub`);
    plan.mounts = [
      ...plan.mounts,
      { kind: "bind", source: world.folder, target: "/project/sub/inner", readOnly: true },
    ];
    await assert.rejects(world.engine.run(plan, NULLS, { signal: SIGNAL }), {
      code: "denied",
      message: /sub is a symbolic link/,
    });
    assert.deepEqual(await world.engine.list("test", { signal: SIGNAL }), []);
    life.close();
  },
);

Deno.test({ name: "native run: a missing mount is explained", ignore }, async () => {
  await using world = await makeWorld();
  const { plan, life } = await world.plan(["true"]);
  plan.mounts = [
    ...plan.mounts,
    { kind: "bind", source: "/nowhere", target: "/somewhere", readOnly: true },
  ];
  const client = await world.engine.run(plan, NULLS, { signal: SIGNAL });
  const exit = await client.exited;
  assert.notEqual(exit.code, 0);
  const error = await world.engine.explain(plan, exit, { signal: SIGNAL });
  assert.equal(error.message, "Cannot start the box: /nowhere does not exist");
  life.close();
});

Deno.test({ name: "native images: there are none to build", ignore }, async () => {
  const engine = createNative({
    stateFolder: "/nowhere",
    templates: () => "",
    notes: { note() {}, progress() {}, warn() {}, debug() {} },
  });
  assert.equal(await engine.images.has("any", { signal: SIGNAL }), true);
  await assert.rejects(engine.images.list("any", { signal: SIGNAL }), { code: "unavailable" });
});

Deno.test({ name: "native store: is a private folder", ignore }, async () => {
  await using world = await makeWorld();
  const { kind, source } = await world.engine.store("packages", {}, { signal: SIGNAL });
  assert.equal(kind, "bind");
  assert.ok(source.startsWith(`${world.state}/`));
  assert.equal(((await Deno.stat(source)).mode ?? 0) & 0o777, 0o700);
});

Deno.test({ name: "native detection: says what it works with", ignore }, async () => {
  const facts = await detectNative({ signal: SIGNAL });
  assert.equal(facts.installed, true);
  assert.equal(facts.answers, true);
  assert.equal(facts.rootless, false, "a box has the uid that the plan asks for");
  assert.match(facts.endpoint ?? "", /bubblewrap \d|unshare/);
});

Deno.test({ name: "native state: nothing of it can be read by others", ignore }, async () => {
  await using world = await makeWorld();
  await world.run(["true"]);
  assert.equal(((await Deno.stat(world.state)).mode ?? 0) & 0o777, 0o700);
  for (const { name, isFile } of Deno.readDirSync(world.state)) {
    const { mode } = await Deno.stat(`${world.state}/${name}`);
    assert.equal((mode ?? 0) & 0o777, isFile ? 0o600 : 0o700, name);
  }
});
