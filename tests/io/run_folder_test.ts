/** Run folders on a real disk: what the box sees, what it can say, and what a death leaves. */
import assert from "node:assert/strict";
import { createRunFolders } from "../../io/run_folder.ts";
import type { ProcessRef } from "../../core/model/box.ts";
import type { Processes } from "../../core/ports.ts";
import { createFakeClock } from "../fakes/clock.ts";

const SELF: ProcessRef = { pid: 42, start: "1000" };
const BOX = { name: "construct-test", engine: "docker", far: false };
const never = { signal: new AbortController().signal };

async function makeFolders() {
  const root = await Deno.makeTempDir({ prefix: "ct-run-" });
  const folder = `${root}/run`;
  // The clock and the file system must agree about the time of what was just written.
  const clock = createFakeClock(Date.now());
  const alive = new Set<string>([SELF.start]);
  const processes: Processes = { self: () => SELF, isAlive: ({ start }) => alive.has(start) };
  const folders = createRunFolders({ folder, processes, clock });
  const names = async () => (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  return {
    ...folders,
    folder,
    clock,
    names,
    /** From now on nobody owns what was opened. */
    die: () => alive.clear(),
    /** Opens a folder; also says where it is. */
    async openOne(box = BOX) {
      const opened = await folders.open(box);
      return { opened, path: opened.mounts[0]?.source.replace(/\/box$/, "") ?? "" };
    },
    /** A folder that is left, with this as its owner.json; undefined writes none. */
    async leave(name: string, owner: string | undefined) {
      await Deno.mkdir(`${folder}/${name}/box`, { recursive: true });
      if (owner !== undefined) await Deno.writeTextFile(`${folder}/${name}/owner.json`, owner);
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function modeOf(path: string): Promise<string> {
  return (((await Deno.stat(path)).mode ?? 0) & 0o777).toString(8);
}

/** What came through a life pipe so far. */
async function readPipe(pipe: Deno.FsFile): Promise<string[]> {
  const bytes = new Uint8Array(65_536);
  const length = await pipe.read(bytes) ?? 0;
  return new TextDecoder().decode(bytes.subarray(0, length)).split("\0").slice(0, -1);
}

Deno.test("run folder open: private, and only the box's part and the record are mounted", async () => {
  await using folders = await makeFolders();
  const { opened, path } = await folders.openOne();
  await using _ = opened;
  assert.deepEqual(opened.mounts, [
    { kind: "bind", source: `${path}/box`, target: "/run/construct", readOnly: true },
    {
      kind: "bind",
      source: `${path}/record`,
      target: "/run/construct/record",
      readOnly: false,
    },
  ]);
  for (const [file, mode] of [["", "700"], ["/box", "700"], ["/owner.json", "600"]]) {
    assert.equal(await modeOf(path + file), mode, file);
  }
  for (const file of ["/record", "/box/record", "/box/life"]) {
    assert.equal(await modeOf(path + file), "600", file);
  }
  assert.ok((await Deno.stat(`${path}/box/life`)).isFifo);
});

Deno.test("run folder send: variables, an empty entry, then signals; in no file", async () => {
  await using folders = await makeFolders();
  const { opened, path } = await folders.openOne();
  await using _ = opened;
  using pipe = await Deno.open(`${path}/box/life`);
  await opened.send({ A: "1=2", "odd name": "two\nlines ✓", EMPTY: "" });
  await opened.signal("INT");
  assert.deepEqual(await readPipe(pipe), ["A=1=2", "odd name=two\nlines ✓", "EMPTY=", "", "INT"]);
  for (const file of ["owner.json", "record", "box/record"]) {
    assert.doesNotMatch(await Deno.readTextFile(`${path}/${file}`), /lines/);
  }
  opened.end();
  opened.end();
  assert.equal(await pipe.read(new Uint8Array(1)), null, "the other end is closed");
  await opened.signal("TERM");
});

Deno.test("run folder ready: waits for the runner's word, then hides the pipe", async () => {
  await using folders = await makeFolders();
  const { opened, path } = await folders.openOne();
  await using _ = opened;
  const ready = opened.ready(never);
  // An empty write is a change that says nothing yet.
  await Deno.writeTextFile(`${path}/record`, "", { append: true });
  await Deno.writeTextFile(`${path}/record`, "ready lo\n", { append: true });
  assert.deepEqual((await ready).interfaces, ["lo"]);
  await assert.rejects(Deno.stat(`${path}/box/life`), Deno.errors.NotFound);
});

Deno.test("run folder ready: a word that was said before counts", async () => {
  await using folders = await makeFolders();
  const { opened, path } = await folders.openOne();
  await using _ = opened;
  await Deno.writeTextFile(`${path}/record`, "missing /x\n");
  assert.equal((await opened.ready(never)).missing, "/x");
});

Deno.test("run folder ready: gives up when the box is gone, or was before", async () => {
  await using folders = await makeFolders();
  const { opened } = await folders.openOne();
  await using _ = opened;
  const gone = new AbortController();
  const ready = opened.ready(gone);
  gone.abort();
  await assert.rejects(ready, { code: "unavailable", message: /its box ended first/ });
  await assert.rejects(opened.ready(gone), { code: "unavailable" });
});

Deno.test("run folder record: a hostile program cannot make it long, or say it otherwise", async () => {
  await using folders = await makeFolders();
  const { opened, path } = await folders.openOne();
  await using _ = opened;
  const honest = "ready lo\nstarted 7\n";
  await Deno.writeTextFile(`${path}/record`, honest + "x".repeat(10_000_000) + "\nexit 0\n");
  assert.deepEqual(await opened.record(), {
    interfaces: ["lo"],
    missing: undefined,
    pid: 7,
    exitCode: undefined,
  });
  const noise = crypto.getRandomValues(new Uint8Array(3000)).map((byte) => byte === 10 ? 0 : byte);
  const parts = [honest, noise, "\nexit 5\n"];
  await Deno.writeFile(`${path}/record`, await new Blob(parts).bytes());
  assert.equal((await opened.record()).exitCode, 5);
});

Deno.test("run folder dispose: nothing is left, ended before or not", async () => {
  await using folders = await makeFolders();
  const first = await folders.openOne();
  const second = await folders.openOne();
  first.opened.end();
  await first.opened[Symbol.asyncDispose]();
  await second.opened[Symbol.asyncDispose]();
  assert.deepEqual(await folders.names(), []);
});

Deno.test("run folder abandoned: only those whose owner is dead", async () => {
  await using folders = await makeFolders();
  assert.deepEqual(await folders.abandoned(), [], "there is not even a folder");
  const { opened } = await folders.openOne();
  await using _ = opened;
  assert.deepEqual(await folders.abandoned(), []);
  folders.die();
  assert.deepEqual(
    (await folders.abandoned()).map(({ box, engine }) => ({ box, engine })),
    [{ box: "construct-test", engine: "docker" }],
  );
});

Deno.test("run folder abandoned: a young one stays, because its box may still be coming", async () => {
  await using folders = await makeFolders();
  const owner = { ...SELF, start: "dead" };
  const startedAt = folders.clock.now();
  await folders.leave("a", JSON.stringify({ box: "b", engine: "docker", owner, startedAt }));
  const forget = async () => (await folders.abandoned())[0]?.forget();
  await forget();
  folders.clock.advance(30_000);
  await forget();
  assert.deepEqual(await folders.names(), ["a"]);
  folders.clock.advance(1);
  const [first] = await folders.abandoned();
  const [second] = await folders.abandoned();
  await first?.forget();
  await second?.forget();
  assert.deepEqual(await folders.names(), []);
});

Deno.test("run folder abandoned: an owner that nobody can read is dead; its folder goes in time", async () => {
  const texts = [undefined, "", '{"box":"b","engine":"docker","own', "null", "7", "[]", "{}"];
  const shapes = ['{"owner":7}', '{"box":7,"engine":[],"owner":{"pid":"1"},"startedAt":"now"}'];
  for (const text of [...texts, ...shapes]) {
    await using folders = await makeFolders();
    await folders.leave("half", text);
    const forget = async () => {
      const found = await folders.abandoned();
      assert.deepEqual(found.map(({ box, engine }) => [box, engine]), [["", ""]], text);
      await found[0]?.forget();
    };
    await forget();
    assert.deepEqual(await folders.names(), ["half"], "somebody may be writing it");
    folders.clock.advance(31_000);
    await forget();
    assert.deepEqual(await folders.names(), [], text);
  }
});

Deno.test("run folder abandoned: what is no folder is nobody's", async () => {
  await using folders = await makeFolders();
  await folders.leave("half", undefined);
  await Deno.writeTextFile(`${folders.folder}/.DS_Store`, "");
  using _ = Deno.listen({ transport: "unix", path: `${folders.folder}/construct.sock` });
  assert.equal((await folders.abandoned()).length, 1);
});
