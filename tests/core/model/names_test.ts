/** Names of things outside: every engine must take them, whatever a project is called. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  boxName,
  imageReference,
  installationId,
  newRunId,
  storeName,
} from "../../../core/model/names.ts";

const ID = "0123456789ab";
const RUN = "ba9876543210";

Deno.test("names box: carries installation and run, with a trace of the project", () => {
  assert.equal(boxName(ID, "My Shop!", RUN), `construct-${ID}-my-shop-${RUN}`);
  assert.equal(boxName(ID, "..", RUN), `construct-${ID}-${RUN}`);
  assert.equal(boxName(ID, "", RUN), `construct-${ID}-${RUN}`);
  assert.equal(boxName(ID, "日本", RUN), `construct-${ID}-${RUN}`);
  assert.equal(boxName(ID, "a".repeat(300), RUN), `construct-${ID}-${"a".repeat(24)}-${RUN}`);
});

Deno.test("names box: every engine takes it, whatever the project is called", () => {
  const project = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.string({ unit: fc.constantFrom("-", "a", "İ", " ", "_", "Z"), maxLength: 60 }),
  );
  fc.assert(fc.property(project, (project) => {
    const name = boxName(ID, project, RUN);
    assert.match(name, /^[a-z0-9][a-z0-9-]{0,62}$/);
    assert.ok(name.startsWith(`construct-${ID}-`) && name.endsWith(`-${RUN}`));
  }));
});

Deno.test("names: an installation is its folder, twelve digits; a run is never the same", async () => {
  const id = await installationId("/home/anna/.config/construct-cli");
  assert.match(id, /^[0-9a-f]{12}$/);
  assert.equal(id, await installationId("/home/anna/.config/construct-cli"));
  assert.notEqual(id, await installationId("/home/bob/.config/construct-cli"));
  const runs = Array.from({ length: 100 }, newRunId);
  assert.equal(new Set(runs).size, 100);
  for (const run of runs) assert.match(run, /^[0-9a-f]{12}$/);
});

Deno.test("names: store and image belong to an installation; another template, another image", () => {
  assert.equal(storeName(ID), `construct-${ID}-packages`);
  assert.equal(imageReference(ID, "f".repeat(64)), `construct-box-${ID}:ffffffffffff`);
});
