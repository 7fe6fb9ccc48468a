/** Long work: the result on stdout, how it goes on stderr. */
import assert from "node:assert/strict";
import { makeCli } from "../../fakes/cli.ts";

Deno.test("image build: prints the reference; progress and times go to stderr", async () => {
  const { ct, client } = makeCli();
  const { code, stdout, stderr } = await ct("image", "build", "--no-cache", "--engine", "docker");
  assert.deepEqual([code, stdout], [0, "construct-box-1a2b:3c4d\n"]);
  assert.equal(
    stderr,
    "Building the image\nstep 1/2\nstep 2/2\nBuilt in 1 min 23 s, for docker\n" +
      "The whole output is in /data/logs/build.log\n",
  );
  assert.deepEqual(client.calls, [["image.build", { noCache: true, engine: "docker" }]]);
});

Deno.test("image build: --quiet prints nothing but the reference, --json the report", async () => {
  const { ct } = makeCli();
  assert.deepEqual(await ct("image", "build", "-q"), {
    code: 0,
    stdout: "construct-box-1a2b:3c4d\n",
    stderr: "",
  });
  assert.equal(JSON.parse((await ct("image", "build", "--json")).stdout).milliseconds, 83_400);
});

Deno.test("image build: the status line is gone when the result is printed", async () => {
  const { ct } = makeCli({ terminals: ["stderr"] });
  const { stderr } = await ct("image", "build");
  const [before, after] = stderr.split("Built in");
  assert.ok(before?.endsWith("\r\x1b[2K"));
  assert.ok(!after?.includes("\x1b"));
});

Deno.test("demo: shows attempts, the diff and times, and passes", async (t) => {
  const { ct, client } = makeCli();
  const { code, stdout } = await ct("demo", "--agent", "claude");
  assert.equal(code, 0);
  assert.deepEqual(client.calls, [["demo", { agent: "claude", engine: undefined }]]);
  await t.assertSnapshot(stdout);
});

Deno.test("demo: a box that did not hold is exit code 1", async () => {
  const { ct, client } = makeCli();
  client.held.demo.passed = false;
  client.held.demo.rows.push({ attempt: "x", wanted: "refused", got: "allowed", detail: "" });
  const { code, stdout } = await ct("demo");
  assert.equal(code, 1);
  assert.match(stdout, /^FAIL {2}x +refused {2}allowed$/m);
  assert.match(stdout, /did not hold: 1 of 3/);
  const json = await ct("demo", "--json");
  assert.deepEqual([json.code, JSON.parse(json.stdout).passed], [1, false]);
});
