/** The folder that every box mounts: complete or not there, one for each content. */
import assert from "node:assert/strict";
import { prepareSupport } from "../../io/support.ts";

const ANNA = { uid: 1000, gid: 1000 };

async function makeFolder() {
  const root = await Deno.makeTempDir({ prefix: "ct-support-" });
  const folder = `${root}/container`;
  return {
    folder,
    names: () => [...Deno.readDirSync(folder)].map(({ name }) => name),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("support prepare: scripts and accounts, readable by any user of a box", async () => {
  await using place = await makeFolder();
  const { folder } = place;
  const path = await prepareSupport(folder, ANNA, "/bin/bash");
  const files = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  assert.deepEqual(files, ["group", "install.sh", "passwd", "profile", "runner.pl"]);
  for (const file of files) {
    assert.equal(((await Deno.stat(`${path}/${file}`)).mode ?? 0) & 0o777, 0o644, file);
  }
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o755);
  assert.match(await Deno.readTextFile(`${path}/passwd`), /^construct:x:1000:1000:/m);
});

Deno.test("support prepare: the same content is the same folder, another user has another", async () => {
  await using place = await makeFolder();
  const { folder, names } = place;
  const first = await prepareSupport(folder, ANNA, "/bin/bash");
  const { mtime } = await Deno.stat(`${first}/passwd`);
  assert.equal(await prepareSupport(folder, ANNA, "/bin/bash"), first);
  assert.deepEqual((await Deno.stat(`${first}/passwd`)).mtime, mtime, "it is never written again");
  assert.notEqual(await prepareSupport(folder, { uid: 0, gid: 0 }, "/bin/bash"), first);
  assert.notEqual(await prepareSupport(folder, ANNA, "/bin/zsh"), first);
  assert.equal(names().length, 3);
});

Deno.test("support prepare: many at once publish one, and leave no drafts", async () => {
  await using place = await makeFolder();
  const { folder, names } = place;
  const paths = await Promise.all(
    Array.from({ length: 12 }, () => prepareSupport(folder, ANNA, "/bin/bash")),
  );
  assert.equal(new Set(paths).size, 1);
  assert.equal(names().length, 1);
  assert.equal([...Deno.readDirSync(paths[0] ?? "")].length, 5);
});

Deno.test("support prepare: a failure leaves no draft and says why", async () => {
  await using place = await makeFolder();
  const { folder, names } = place;
  const path = await prepareSupport(folder, ANNA, "/bin/bash");
  await Deno.remove(path, { recursive: true });
  await Deno.writeTextFile(path, "in the way");
  await assert.rejects(prepareSupport(folder, ANNA, "/bin/bash"));
  assert.equal(names().length, 1);
});
