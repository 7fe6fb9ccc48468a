/** The life of each box, on disk. */
import assert from "node:assert/strict";
import { createBoxLog } from "../../io/box_log.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.parse("2026-11-20T12:00:00Z");

async function makeLog() {
  const root = await Deno.makeTempDir({ prefix: "ct-log-" });
  const folder = `${root}/logs/boxes`;
  let now = START;
  return {
    ...createBoxLog(folder, () => now),
    folder,
    root,
    advance: (days: number) => now += days * DAY_MS,
    /** A log that was last written so many days before the start. */
    async leave(name: string, days: number) {
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeTextFile(`${folder}/${name}`, "{}\n");
      const then = new Date(START - days * DAY_MS);
      await Deno.utime(`${folder}/${name}`, then, then);
    },
    names: async () =>
      (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
        .filter((name) => name !== ".cleaned").sort(),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("box log write: one object per line, in order, for the user alone", async () => {
  await using log = await makeLog();
  await log.write("box-1", "started", { engine: "docker" });
  await log.write("box-1", "ended", { code: 3 });
  const time = "2026-11-20T12:00:00.000Z";
  assert.deepEqual((await log.read("box-1")).map((line) => JSON.parse(line)), [
    { time, box: "box-1", event: "started", engine: "docker" },
    { time, box: "box-1", event: "ended", code: 3 },
  ]);
  assert.equal(((await Deno.stat(`${log.folder}/box-1.jsonl`)).mode ?? 0) & 0o777, 0o600);
  assert.equal(((await Deno.stat(log.folder)).mode ?? 0) & 0o777, 0o700);
});

Deno.test("box log write: a value with line breaks stays one line", async () => {
  await using log = await makeLog();
  await log.write("box-1", "failed", { message: 'a\nb\u2028"c' });
  const [line, ...more] = await log.read("box-1");
  assert.deepEqual(more, []);
  assert.equal(JSON.parse(line ?? "").message, 'a\nb\u2028"c');
});

Deno.test("box log read: a box that never was, and no way out of the folder", async () => {
  await using log = await makeLog();
  await log.write("box-1", "started");
  await Deno.writeTextFile(`${log.root}/secret.jsonl`, "secret");
  for (
    const name of ["box-2", "", ".", "..", "../../secret", "/etc/passwd", "box-1/", "BOX-1", "a\0"]
  ) {
    await assert.rejects(log.read(name), {
      code: "notFound",
      message: `Cannot show the log of "${name}": no box had that name`,
    });
  }
});

Deno.test("box log clean: removes what is older, and nothing else", async () => {
  await using log = await makeLog();
  await log.leave("new.jsonl", 1);
  await log.leave("old.jsonl", 16);
  await log.leave("old.txt", 99);
  await Deno.mkdir(`${log.folder}/old-folder.jsonl`);
  await log.clean(15);
  assert.deepEqual(await log.names(), ["new.jsonl", "old-folder.jsonl", "old.txt"]);
});

Deno.test("box log clean: at most once a day", async () => {
  await using log = await makeLog();
  await log.clean(15);
  await log.leave("old.jsonl", 16);
  log.advance(0.9);
  await log.clean(15);
  assert.deepEqual(await log.names(), ["old.jsonl"]);
  log.advance(0.2);
  await log.clean(15);
  assert.deepEqual(await log.names(), []);
});

Deno.test("box log clean: zero days or fewer keep all", async () => {
  for (const days of [0, -1]) {
    await using log = await makeLog();
    await log.leave("old.jsonl", 999);
    await log.clean(days);
    assert.deepEqual(await log.names(), ["old.jsonl"]);
  }
});
