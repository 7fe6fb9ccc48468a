/** How drivers run an engine's client: what it says, and what carries a box. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ask, eachLine, follow, startClient } from "../../engines/client_command.ts";
import { makePrograms } from "../fakes/programs.ts";

const never = { signal: new AbortController().signal };
const PIPED = { stdin: "null", stdout: "piped", stderr: "null" } as const;
const NONE = { stdin: "null", stdout: "null", stderr: "null" } as const;

Deno.test("client ask: code and both streams, and nothing on stdin", async () => {
  await using _ = await makePrograms({ docker: 'read x; echo "out $1"; echo " err " >&2; exit 3' });
  assert.deepEqual(await ask("docker", ["a b"], never), {
    code: 3,
    stdout: "out a b\n",
    stderr: "err",
  });
});

Deno.test("client ask: much output, and letters that are cut in two on the way", async () => {
  await using programs = await makePrograms({ docker: `exec /bin/cat "$1"` });
  const text = "aé✓😀".repeat(100_000);
  await Deno.writeTextFile(`${programs.folder}/text`, text);
  const { stdout } = await ask("docker", [`${programs.folder}/text`], never);
  assert.ok(stdout === text);
});

Deno.test("client ask: an abort ends it, and before the start nothing is started", async () => {
  await using programs = await makePrograms({ docker: "exec /bin/sleep 30" });
  const aborted = { code: 143, stdout: "", stderr: "" };
  assert.deepEqual(await ask("docker", [], { signal: AbortSignal.abort() }), aborted);
  assert.deepEqual(await programs.calls("docker"), []);
  assert.deepEqual(await ask("docker", [], { signal: AbortSignal.timeout(1) }), aborted);
});

Deno.test("client: one that is not installed is named, whatever it was wanted for", async () => {
  await using _ = await makePrograms({});
  const missing = { code: "unavailable", message: /"docker": it is not installed/ };
  await assert.rejects(ask("docker", [], never), missing);
  await assert.rejects(follow("docker", [], () => {}, never), missing);
  assert.throws(() => startClient("docker", [], NONE, { ownSession: true }), missing);
});

Deno.test("client follow: each line of both streams, and the code", async () => {
  await using _ = await makePrograms({ docker: "echo one; echo two >&2; printf three; exit 4" });
  const lines: string[] = [];
  assert.equal(await follow("docker", [], (line) => lines.push(line), never), 4);
  assert.deepEqual(lines.sort(), ["one", "three", "two"]);
});

Deno.test("client start: its exit, its stream, and the signal that killed it", async () => {
  await using _ = await makePrograms({ docker: 'echo hello; exit "$1"', other: "kill -KILL $$" });
  const client = startClient("docker", ["7"], PIPED, { ownSession: true });
  assert.ok(client.stdout !== undefined && client.stdin === undefined);
  assert.equal(await new Response(client.stdout).text(), "hello\n");
  assert.deepEqual(await client.exited, { code: 7, signal: undefined });
  client.kill();
  const killed = startClient("other", [], NONE, { ownSession: false });
  assert.deepEqual(await killed.exited, { code: 137, signal: "SIGKILL" });
});

Deno.test("client kill: ends it at once", async () => {
  await using _ = await makePrograms({ docker: "exec /bin/sleep 30" });
  const client = startClient("docker", [], NONE, { ownSession: true });
  client.kill();
  assert.equal((await client.exited).signal, "SIGKILL");
});

Deno.test("client lines: whole, however the stream is cut", async () => {
  const line = fc.string({ unit: fc.constantFrom("a", "é", "😀", " x") }).filter((it) => it !== "");
  const lines = fc.array(line);
  const ends = fc.constantFrom("\n", "\r\n");
  await fc.assert(
    fc.asyncProperty(lines, ends, fc.integer({ min: 1, max: 7 }), async (lines, end, size) => {
      const bytes = new TextEncoder().encode(lines.map((line) => line + end).join(""));
      const parts = Array.from(
        { length: Math.ceil(bytes.length / size) },
        (_, i) => bytes.slice(i * size, (i + 1) * size),
      );
      const got: string[] = [];
      await eachLine(ReadableStream.from(parts), (line) => got.push(line));
      assert.deepEqual(got, lines);
    }),
  );
});
