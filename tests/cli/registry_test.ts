/** What every command must have. A new command is checked here without a new test. */
import assert from "node:assert/strict";
import { ALIASES, startsWith } from "../../cli/aliases.ts";
import { type Found, helpOf } from "../../cli/find.ts";
import { formatPage } from "../../cli/help.ts";
import { RUN_COMMANDS } from "../../cli/passthrough.ts";
import { ENTRIES } from "../../cli/registry.ts";
import { createStyle } from "../../cli/style.ts";
import { VERSION } from "../../core/version.ts";
import { makeCli } from "../fakes/cli.ts";

async function help(found: Found): Promise<string> {
  return formatPage(await helpOf(found, ENTRIES), createStyle(false));
}

/** The words of an example, as a shell would split them. */
function split(example: string): string[] {
  return [...example.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)]
    .map(([, single, double, bare]) => single ?? double ?? bare ?? "");
}

for (const entry of ENTRIES) {
  const name = entry.path.join(" ");

  Deno.test(`${name} --help: matches the golden text`, async (t) => {
    await t.assertSnapshot(await help({ kind: "entry", entry }));
  });

  Deno.test(`${name}: is what the registry says it is`, async () => {
    const { path, summary } = await entry.load();
    assert.deepEqual({ path, summary }, { path: entry.path, summary: entry.summary });
  });

  Deno.test(`${name}: its examples parse, run and call what it names`, async () => {
    const command = await entry.load();
    const called = new Set<string>();
    for (const example of command.examples) {
      const [program, ...words] = split(example);
      assert.equal(program, "ct");
      assert.deepEqual(words.slice(0, entry.path.length), entry.path);
      command.parse(words.slice(entry.path.length));
      const cli = makeCli({ terminals: ["stdin"], lines: ["yes"] });
      const { code, stderr } = await cli.ct(...words);
      assert.equal(code, 0, stderr);
      cli.client.calls.forEach(([operation]) => called.add(operation));
    }
    assert.deepEqual([...called].sort(), [...command.rpc].sort());
  });

  Deno.test(`${name}: is described in the house style`, async () => {
    const { summary, flags, positionals, rpc } = await entry.load();
    assert.match(summary, /^[A-Z].*[^.]$/);
    for (const { flag, text } of [...flags, ...positionals]) {
      assert.match(flag, /^[a-z]+(-[a-z]+)*$/);
      assert.match(text, /^[A-Z].*[^.]$/, `${flag} has no description`);
    }
    const shorts = flags.flatMap(({ meta }) => meta.short ?? []);
    assert.equal(new Set(shorts).size, shorts.length, "a short flag is there twice");
    assert.ok(!shorts.includes("h"), "-h is help");
    const open = positionals.findIndex(({ meta }) => meta.rest);
    assert.ok(open === -1 || open === positionals.length - 1, "only the last takes the rest");
    const isList = entry.path.at(-1) === "list" || entry.path.at(-1) === "agents";
    if (!isList) return;
    assert.ok(rpc.length > 0);
    for (const look of ["json", "quiet"]) assert.ok(flags.some(({ flag }) => flag === look), look);
  });
}

for (const command of RUN_COMMANDS) {
  const name = command.path[0];

  Deno.test(`${name} --help: matches the golden text`, async (t) => {
    await t.assertSnapshot(await help({ kind: "run", command }));
  });

  Deno.test(`${name}: its examples start it`, async () => {
    for (const example of command.examples) {
      const [, ...words] = split(example);
      const { ct, client } = makeCli();
      assert.equal((await ct(...words)).code, 0);
      assert.equal(client.runs[0]?.kind, command.kind);
    }
  });
}

Deno.test("ct --help: matches the golden text", async (t) => {
  const { stdout } = await makeCli().ct("--help");
  await t.assertSnapshot(stdout);
});

Deno.test("ct box: without a verb shows the commands of the noun", async (t) => {
  const { code, stdout } = await makeCli().ct("box");
  assert.equal(code, 0);
  await t.assertSnapshot(stdout);
});

Deno.test("registry: no command is there twice, or hidden behind an agent or a shorter path", () => {
  const paths = [...RUN_COMMANDS, ...ENTRIES].map(({ path }) => path);
  for (const path of paths) {
    const inTheWay = paths.filter((other) => other !== path && startsWith(path, other));
    assert.deepEqual(inTheWay, [], path.join(" "));
  }
});

Deno.test("aliases: every one means a command that there is, and hides none", () => {
  const listed = [...RUN_COMMANDS, ...ENTRIES];
  for (const { words, means } of ALIASES) {
    assert.ok(listed.some(({ path }) => startsWith(means, path)), words.join(" "));
    assert.ok(!listed.some(({ path }) => startsWith(path, words)), words.join(" "));
  }
});

Deno.test("version: is the one of deno.json", async () => {
  const text = await Deno.readTextFile(new URL("../../deno.json", import.meta.url));
  assert.equal(JSON.parse(text).version, VERSION);
});
