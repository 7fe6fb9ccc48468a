/** Whose word is whose: the program gets its own untouched, and ours never reach it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { RunRequest } from "../../core/client.ts";
import { AGENTS } from "../../core/model/agents.ts";
import { makeCli } from "../fakes/cli.ts";

const word = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("--", "--help", "-h", "--json", "-v", "--version", "box", "list", "-", "--ct"),
);
/** Words in which nothing before the first `--` looks like ours. */
const words = fc.array(word).filter((all) => !ownPart(all).some((each) => /^--?ct-/.test(each)));
const ours = fc.constantFrom(
  { typed: ["--ct-debug"], means: { debug: true } },
  { typed: ["-ct-v"], means: { verbose: true } },
  { typed: ["--ct-network", "offline"], means: { network: "offline" } },
  { typed: ["-ct-n=strict"], means: { network: "strict" } },
  { typed: ["--ct-env=A=--b"], means: { env: ["A=--b"] } },
  { typed: ["--ct-mount", "/x:ro"], means: { mounts: ["/x:ro"] } },
);
const agent = fc.constantFrom(...AGENTS.map(({ name }) => name));

function ownPart(all: readonly string[]): readonly string[] {
  const end = all.indexOf("--");
  return end === -1 ? all : all.slice(0, end);
}

async function start(...line: string[]): Promise<RunRequest | undefined> {
  const { ct, client } = makeCli();
  await ct(...line);
  return client.runs[0];
}

Deno.test("passthrough: an agent gets every word of its own, whatever it is", async () => {
  await fc.assert(fc.asyncProperty(agent, words, async (name, given) => {
    const request = await start(name, ...given);
    assert.deepEqual([request?.agent, request?.args], [name, given]);
  }));
});

Deno.test("passthrough: after `--` not even --ct- words are ours", async () => {
  const after = fc.array(fc.oneof(word, fc.constantFrom("--ct-debug", "-ct-n", "--ct-nonsense")));
  await fc.assert(fc.asyncProperty(words.map(ownPart), after, async (before, rest) => {
    const given = [...before, "--", ...rest];
    assert.deepEqual((await start("claude", ...given))?.args, given);
    assert.deepEqual((await start("run", "--", ...before, "x", ...rest))?.args, [
      ...before,
      "x",
      ...rest,
    ]);
  }));
});

Deno.test("passthrough: our flags are cut wherever they stand before `--`", async () => {
  await fc.assert(fc.asyncProperty(words, ours, fc.nat(), async (given, { typed, means }, at) => {
    const place = at % (ownPart(given).length + 2);
    // Place 0 is before the agent's own name.
    const line = ["claude", ...given];
    const request = await start(...line.slice(0, place), ...typed, ...line.slice(place));
    assert.deepEqual(request?.args, given);
    assert.partialDeepStrictEqual(request?.flags, means);
  }));
});

Deno.test("passthrough: run loses exactly one leading `--`, and none behind the command", async () => {
  const cases: [line: string, args: string][] = [
    ["run npm test", "npm test"],
    ["run -- npm test", "npm test"],
    ["run -- -- npm", "-- npm"],
    ["run npm test -- --watch", "npm test -- --watch"],
    ["run --ct-debug -- ls --ct-debug", "ls --ct-debug"],
    ["run ls --help --json", "ls --help --json"],
    ["run -- --help", "--help"],
    ["shell", ""],
    ["shell -c env", "-c env"],
    ["shell -- --help", "--help"],
    ["sys shell -c env", "-c env"],
  ];
  for (const [line, args] of cases) {
    const request = await start(...line.split(" "));
    assert.equal(request?.args.join(" "), args, line);
  }
});
