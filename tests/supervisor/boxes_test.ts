/** Boxes of this installation, and the end of those whose owner died. */
import assert from "node:assert/strict";
import { AppError } from "../../core/errors.ts";
import type { BoxInfo, ProcessRef } from "../../core/model/box.ts";
import { processes } from "../../io/process.ts";
import { createBoxes, sweep } from "../../supervisor/boxes.ts";
import { makePrograms } from "../fakes/programs.ts";
import { makeWorld } from "../fakes/world.ts";

const never = { signal: new AbortController().signal };
const DEAD: ProcessRef = { pid: 1, start: "long gone" };

function box(name: string, owner: ProcessRef): BoxInfo {
  const rest = { agent: "run", project: "/shop", network: "offline" };
  return {
    name,
    engine: "docker",
    state: "running",
    createdAt: "2026-11-20T12:00:00Z",
    owner,
    ...rest,
  };
}

Deno.test("boxes sweep: without folders of the dead no engine is asked", async () => {
  await using world = await makeWorld({ knobs: { listFails: new Error("asked") } });
  await sweep(world, never);
  assert.deepEqual(world.said, []);
});

Deno.test("boxes sweep: ends the boxes of the dead and of nobody else", async () => {
  await using world = await makeWorld();
  world.fake.others.push(box("dead", DEAD), box("alive", processes.self()));
  world.fakeFolders.left.push({ box: "dead", engine: "docker" });
  await sweep(world, never);
  assert.deepEqual(world.fake.others.map(({ name }) => name), ["alive"]);
  assert.deepEqual(world.fakeFolders.forgotten, ["dead"]);
});

Deno.test("boxes sweep: a box that never came, or that nobody can name, is forgotten", async () => {
  await using world = await makeWorld();
  world.fakeFolders.left.push({ box: "gone", engine: "docker" }, { box: "", engine: "" });
  world.fakeFolders.left.push({ box: "x", engine: "lxc" });
  await sweep(world, never);
  assert.deepEqual(world.fakeFolders.forgotten, ["gone", "", "x"]);
});

Deno.test("boxes sweep: an engine that does not answer keeps its folders for the next time", async () => {
  const refusal = new AppError("unavailable", "Cannot: docker does not answer");
  for (const knobs of [{ listFails: refusal }, { removeFails: refusal }]) {
    await using world = await makeWorld({ knobs });
    world.fake.others.push(box("dead", DEAD));
    world.fakeFolders.left.push({ box: "dead", engine: "docker" });
    world.fakeFolders.left.push({ box: "", engine: "" });
    await sweep(world, never);
    assert.deepEqual(world.fakeFolders.forgotten, [""]);
    assert.match(world.said.join("\n"), /debug: cannot clean up on docker/);
  }
});

Deno.test("boxes list: sweeps first, then shows what is left", async () => {
  await using _ = await makePrograms({});
  await using world = await makeWorld();
  world.fake.others.push(box("dead", DEAD), box("alive", processes.self()));
  world.fakeFolders.left.push({ box: "dead", engine: "docker" });
  const boxes = await createBoxes(world).list(never);
  assert.deepEqual(boxes.map(({ name }) => name), ["alive"]);
});

Deno.test("boxes stop, remove: only what carries our label", async () => {
  await using _ = await makePrograms({});
  await using world = await makeWorld();
  world.fake.others.push(box("ours", processes.self()));
  const boxes = createBoxes(world);
  for (const verb of ["stop", "remove"] as const) {
    await assert.rejects(boxes[verb]("theirs", never), {
      code: "notFound",
      message: `Cannot ${verb} box "theirs": no box of ours has that name`,
    });
  }
  await boxes.remove("ours", never);
  assert.deepEqual(world.fake.calls, ["remove ours"]);
});

Deno.test("boxes logs: what a run wrote", async () => {
  await using world = await makeWorld();
  await world.log.write("ours", "started");
  assert.match((await createBoxes(world).logs("ours", never))[0] ?? "", /"started"/);
  await assert.rejects(createBoxes(world).logs("theirs", never), { code: "notFound" });
});
