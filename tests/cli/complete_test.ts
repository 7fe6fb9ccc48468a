/** What is offered for the word at the cursor, and that it never takes long or fails. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { answer } from "../../cli/complete_answer.ts";
import { ENTRIES } from "../../cli/registry.ts";
import { createFakeClient } from "../fakes/client.ts";
import { makeCli } from "../fakes/cli.ts";
import { createFakeClock } from "../fakes/clock.ts";

async function offer(line: string, shell = "bash"): Promise<string[]> {
  const { stdout } = await makeCli().ct("__complete", shell, "--", ...line.split(" "));
  return stdout.split("\n").slice(0, -1);
}

Deno.test("complete: offers commands and agents, then their verbs, flags and names", async () => {
  const first = await offer("");
  for (const word of ["claude", "run", "box", "engine", "version"]) assert.ok(first.includes(word));
  assert.ok(!first.includes("sys"), "old names are not offered");
  const cases: [line: string, offers: string[]][] = [
    ["cla", ["claude"]],
    ["box ", ["list", "logs", "remove", "stop"]],
    ["box st", ["stop"]],
    ["box list -", ["--help", "--json", "--quiet"]],
    ["box stop ", ["api", "web"]],
    ["box stop -q ap", ["api"]],
    ["box stop api ", ["web"]],
    ["box logs api ", []],
    ["box stop -- ", ["api", "web"]],
    ["image remove -y ", ["construct-box-1a2b:3c4d"]],
    ["image build --engine ", ["container", "docker", "native", "podman"]],
    ["image build --engine d", ["docker"]],
    ["image build --engine=d", ["--engine=docker"]],
    ["image build --engine docker --no", ["--no-cache"]],
    ["completion ", ["bash", "fish", "zsh"]],
    ["demo --agent cl", ["claude", "cline"]],
    ["config get sandbox.she", ["sandbox.shell"]],
    ["help box l", ["list", "logs"]],
    ["sys init --no", ["--no-cache"]],
    ["--ver", ["--version"]],
    ["xyzzy ", []],
  ];
  for (const [line, offers] of cases) assert.deepEqual(await offer(line), offers, line);
});

Deno.test("complete: knows our flags of runs, and leaves the program's words to the shell", async () => {
  const files = [":files"];
  const cases: [line: string, offers: string[]][] = [
    ["claude --ct-net", ["--ct-network"]],
    ["claude --ct-network ", ["offline", "permissive", "strict"]],
    ["claude -ct-n o", ["offline"]],
    ["claude --ct-network=o", ["--ct-network=offline"]],
    ["-ct-n offline clau", ["claude"]],
    ["-ct-n ", ["offline", "permissive", "strict"]],
    ["--ct-mount ", files],
    ["run --ct-mount /et", files],
    ["run --ct-env ", []],
    ["run --he", ["--help"]],
    ["claude --he", []],
    ["claude READ", files],
    ["run ls ", files],
    ["run -- --ct-net", files],
  ];
  for (const [line, offers] of cases) assert.deepEqual(await offer(line), offers, line);
});

Deno.test("complete: each shell gets its own form, and nobody the plain one", async () => {
  assert.deepEqual(await offer("box li", "fish"), ["list\tList the boxes"]);
  assert.deepEqual(await offer("box li", "zsh"), ["list:List the boxes"]);
  assert.deepEqual(await offer("image remove ", "zsh"), ["construct-box-1a2b\\:3c4d"]);
  const plain = await makeCli().ct("__complete", "--", "box", "li");
  assert.deepEqual(plain, { code: 0, stdout: "list\n", stderr: "" });
  assert.equal((await makeCli().ct("__complete", "--", "run", "x")).stdout, "");
});

Deno.test("complete: is silent when the client is not there, or fails", async () => {
  const client = createFakeClient();
  client.failures.set("box.list", new Error("no engine"));
  const cli = makeCli({ client });
  const expected = { code: 0, stdout: "", stderr: "" };
  assert.deepEqual(await cli.ct("__complete", "bash", "--", "box", "stop", ""), expected);
  const connect = () => Promise.reject(new Error("no config"));
  const clock = createFakeClock();
  const words = ["bash", "--", "box", "stop", ""];
  assert.deepEqual(await answer(words, { entries: ENTRIES, clock, connect }), []);
});

Deno.test("complete: waits 300 ms for names, and no longer", async () => {
  const clock = createFakeClock();
  const client = createFakeClient();
  const asked = Promise.withResolvers<AbortSignal>();
  client.box.list = ({ signal }) => {
    asked.resolve(signal);
    return new Promise(() => {});
  };
  const connect = () => Promise.resolve(client);
  const offers = answer(["--", "box", "stop", ""], { entries: ENTRIES, clock, connect });
  const signal = await asked.promise;
  clock.advance(299);
  assert.equal(signal.aborted, false);
  clock.advance(1);
  assert.deepEqual([await offers, signal.aborted], [[], true]);
});

Deno.test("complete: whatever is typed, it ends well and offers only what fits", async () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("box", "stop", "--", "-q", "--engine", "--ct-network", "run", "sys", "help"),
  );
  await fc.assert(fc.asyncProperty(fc.array(word), word, async (before, typed) => {
    const { code, stdout, stderr } = await makeCli().ct("__complete", "--", ...before, typed);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const line of stdout.split("\n").slice(0, -1)) assert.ok(line.startsWith(typed), line);
  }));
});
