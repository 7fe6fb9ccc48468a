/** On a real file system, in a folder that removes itself. */
import assert from "node:assert/strict";
import { createAtomic, writeAtomic } from "../../io/atomic_file.ts";

async function makeFolder() {
  const path = await Deno.makeTempDir();
  return {
    path,
    file: `${path}/file`,
    names: () => [...Deno.readDirSync(path)].map(({ name }) => name),
    mode: async () => ((await Deno.stat(`${path}/file`)).mode ?? 0) & 0o777,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("atomic write: replaces text and mode, and leaves nothing behind", async () => {
  await using folder = await makeFolder();
  await writeAtomic(folder.file, "old", { mode: 0o666 });
  assert.equal(await folder.mode(), 0o666);
  await writeAtomic(folder.file, "new", { mode: 0o600 });
  assert.equal(await Deno.readTextFile(folder.file), "new");
  assert.equal(await folder.mode(), 0o600);
  assert.deepEqual(folder.names(), ["file"]);
});

Deno.test("atomic write: a reader sees the old text or the new one, whole", async () => {
  await using folder = await makeFolder();
  const texts = ["a", "b"].map((letter) => letter.repeat(200_000));
  await writeAtomic(folder.file, texts[0] ?? "", { mode: 0o600 });
  const writes = Array.from(
    { length: 20 },
    (_, i) => writeAtomic(folder.file, texts[i % 2] ?? "", { mode: 0o600 }),
  );
  const reads = Array.from({ length: 50 }, () => Deno.readTextFile(folder.file));
  for (const text of await Promise.all(reads)) assert.ok(texts.includes(text));
  await Promise.all(writes);
  assert.deepEqual(folder.names(), ["file"]);
});

Deno.test("atomic write: a failure keeps what was there and leaves nothing behind", async () => {
  await using folder = await makeFolder();
  await Deno.mkdir(`${folder.file}/child`, { recursive: true });
  await assert.rejects(writeAtomic(folder.file, "text", { mode: 0o600 }));
  assert.deepEqual(folder.names(), ["file"]);
});

Deno.test("atomic create: only the first of many makes the file", async () => {
  await using folder = await makeFolder();
  const wins = await Promise.all(
    Array.from({ length: 20 }, (_, i) => createAtomic(folder.file, `${i}`, { mode: 0o640 })),
  );
  assert.equal(wins.filter((isNew) => isNew).length, 1);
  assert.equal(await Deno.readTextFile(folder.file), `${wins.indexOf(true)}`);
  assert.equal(await folder.mode(), 0o640);
  assert.deepEqual(folder.names(), ["file"]);
});

Deno.test("atomic create: a link to nowhere is somebody's, and stays", async () => {
  await using folder = await makeFolder();
  await Deno.symlink("nowhere", folder.file);
  assert.equal(await createAtomic(folder.file, "text", { mode: 0o600 }), false);
  assert.equal(await Deno.readLink(folder.file), "nowhere");
});
