/** Questions before something is destroyed: no answer is a no. */
import assert from "node:assert/strict";
import { makeCli } from "../fakes/cli.ts";

const removals = [
  { line: ["box", "remove", "web"], operation: "box.remove", what: "web" },
  { line: ["image", "remove", "img:1"], operation: "image.remove", what: "img:1" },
];

for (const { line, operation, what } of removals) {
  const name = line.slice(0, 2).join(" ");

  Deno.test(`${name}: asks on stderr, and does it only after a yes`, async () => {
    for (const answer of ["y", "Y", " yes "]) {
      const { ct, client } = makeCli({ terminals: ["stdin"], lines: [answer] });
      const { code, stdout, stderr } = await ct(...line);
      assert.deepEqual({ code, stdout }, { code: 0, stdout: "" });
      assert.match(stderr, /^Remove .*\? \[y\/N\] Removed .*\n$/);
      assert.deepEqual(client.calls, [[operation, what]]);
    }
  });

  Deno.test(`${name}: changes nothing after anything else, or at the end of the input`, async () => {
    for (const lines of [["n"], [""], ["ye s"], []]) {
      const { ct, client } = makeCli({ terminals: ["stdin"], lines });
      const { code, stderr } = await ct(...line);
      assert.equal(code, 130);
      assert.match(stderr, /error \[cancelled\]: Nothing was changed/);
      assert.deepEqual(client.calls, []);
    }
  });

  Deno.test(`${name}: without a terminal it needs --yes`, async () => {
    const refused = makeCli({ lines: ["y"] });
    const { code, stderr } = await refused.ct(...line);
    assert.equal(code, 2);
    assert.match(stderr, /^error \[usage\]: Cannot ask .*\nhint: .*--yes/);
    assert.deepEqual(refused.client.calls, []);
    const { ct, client } = makeCli();
    assert.equal((await ct(...line, "--yes", "--quiet")).stderr, "");
    assert.deepEqual(client.calls, [[operation, what]]);
  });
}

Deno.test("prompt: Ctrl-C ends the question", async () => {
  const cli = makeCli({ terminals: ["stdin"], lines: ["y"] });
  cli.interrupt();
  const { code, stderr } = await cli.ct("box", "remove", "web", "api");
  assert.equal(code, 130);
  assert.match(stderr, /Remove 2 boxes .*\n?error \[cancelled\]: Cancelled\n$/);
  assert.deepEqual(cli.client.calls, []);
});
