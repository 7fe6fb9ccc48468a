/** The looks of every list: a table, JSON with stable keys, and bare names. */
import assert from "node:assert/strict";
import { makeCli } from "../../fakes/cli.ts";

const lists: { line: string[]; names: string; rows: (json: unknown) => unknown }[] = [
  { line: ["agents"], names: "claude\ndroid\n", rows: (json) => json },
  { line: ["box", "list"], names: "api\nweb\n", rows: (json) => json },
  { line: ["image", "list"], names: "construct-box-1a2b:3c4d\n", rows: (json) => json },
  {
    line: ["engine", "list"],
    names: "docker\n",
    rows: (json) => (json as { engines: unknown }).engines,
  },
];

for (const { line, names, rows } of lists) {
  const name = line.join(" ");

  Deno.test(`${name}: prints a table, names, or JSON`, async (t) => {
    const { ct } = makeCli();
    const table = await ct(...line);
    assert.deepEqual([table.code, table.stderr], [0, ""]);
    await t.assertSnapshot(table.stdout);
    assert.equal((await ct(...line, "-q")).stdout, names);
    const found = rows(JSON.parse((await ct(...line, "--json")).stdout));
    assert.ok(Array.isArray(found) && found.length > 0);
    const [first] = found;
    for (const row of found) assert.deepEqual(Object.keys(row), Object.keys(first));
  });
}

Deno.test("box list, image list: nothing to list is a note, and no data", async () => {
  const { ct, client } = makeCli();
  client.held.boxes = [];
  client.held.images = [];
  assert.deepEqual(await ct("box", "list"), { code: 0, stdout: "", stderr: "No boxes\n" });
  assert.deepEqual(await ct("image", "list"), { code: 0, stdout: "", stderr: "No images\n" });
  assert.equal((await ct("box", "list", "--json")).stdout, "[]\n");
});

Deno.test("engine list: says what the choice means, and that there is none", async () => {
  const { ct, client } = makeCli();
  client.held.choice = { name: "native", why: "x", notice: "using the built-in native engine" };
  assert.equal((await ct("engine", "list")).stderr, "using the built-in native engine\n");
  client.held.choice = undefined;
  const { code, stderr } = await ct("engine", "list");
  assert.deepEqual([code, stderr], [0, "No engine can make a box now\n"]);
  assert.equal(JSON.parse((await ct("engine", "list", "--json")).stdout).choice, null);
});

Deno.test("box logs: prints the lines as they are, or one list", async () => {
  const { ct, client } = makeCli();
  client.held.logs = ['{"event":"started"}', '{"half'];
  assert.equal((await ct("box", "logs", "web")).stdout, '{"event":"started"}\n{"half\n');
  const json = JSON.parse((await ct("box", "logs", "web", "--json")).stdout);
  assert.deepEqual(json, [{ event: "started" }, '{"half']);
});
