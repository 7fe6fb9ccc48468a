/** One key changes; everything else in the file stays. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "@std/toml";
import { configTemplate } from "../../../core/model/config_template.ts";
import { CONFIG_KEYS } from "../../../core/model/config_keys.ts";
import { isFree } from "../../../core/model/config_key.ts";
import { setKey } from "../../../core/model/toml_edit.ts";
import { formatKey, isTable } from "../../../core/model/toml_key.ts";
import { findComments } from "../../../core/model/toml_lines.ts";

const FILE = `# my settings
[sandbox] # boxes
# why not
sudo = false # never
unknown = 1979-05-27 # kept

# names
env_passthrough = [
  "A", # first
  "B",
]

[projects."/x"]
network = "offline" # no talk
`;

function commentsOf(text: string): string[] {
  return findComments(text).map(({ words }) => words);
}

function valueAt(text: string, path: readonly string[]): unknown {
  let found: unknown = parse(text);
  for (const name of path) found = isTable(found) ? found[name] : undefined;
  return found;
}

Deno.test("toml edit: a scalar changes in its place", async () => {
  assert.equal(await setKey(FILE, "sandbox.sudo", true), FILE.replace("false", "true"));
  assert.equal(await setKey(FILE, "sandbox.sudo", false), FILE);
});

Deno.test("toml edit: a new key joins its section, after what is there", async () => {
  const text = await setKey(FILE, "sandbox.pids", 10);
  assert.equal(text, FILE.replace('"B",\n]\n', '"B",\n]\npids = 10\n'));
});

Deno.test("toml edit: a new section goes to the end, as a section", async () => {
  const text = await setKey(FILE, 'projects."/y z".network', "offline");
  assert.equal(text, `${FILE}\n[projects."/y z"]\nnetwork = "offline"\n`);
  assert.equal(await setKey("", "network.mode", "offline"), '[network]\nmode = "offline"\n');
  assert.equal(
    await setKey("# mine", "network.mode", "offline"),
    '# mine\n\n[network]\nmode = "offline"\n',
  );
});

Deno.test("toml edit: a list changes, and comments outside of it stay", async () => {
  const text = await setKey(FILE, "sandbox.env_passthrough", []);
  assert.deepEqual(valueAt(text, ["sandbox", "env_passthrough"]), []);
  assert.deepEqual(commentsOf(text), commentsOf(FILE).filter((words) => words !== "# first"));
});

Deno.test("toml edit: line ends, a byte order mark and a missing last line end are no obstacle", async () => {
  const dos = FILE.replaceAll("\n", "\r\n");
  const changed = await setKey(dos, "agents.yolo_all", true);
  assert.ok(changed.startsWith(dos));
  assert.ok(!/[^\r]\n/.test(changed));
  const marked = await setKey(`\uFEFF${FILE}`, "sandbox.sudo", true);
  assert.equal(marked, `\uFEFF${FILE.replace("false", "true")}`);
  const open = await setKey("[network]\nmode = 'strict'", "network.mode", "offline");
  assert.equal(valueAt(open, ["network", "mode"]), "offline");
});

Deno.test("toml edit: dotted and inline layouts keep their layout", async () => {
  const text = 'network = { mode = "strict" } # in\nagents.yolo_all = false # dot\n';
  const inline = await setKey(text, "network.mode", "offline");
  assert.equal(inline, text.replace("strict", "offline"));
  const dotted = await setKey(text, "agents.clipboard_image_patch", true);
  assert.equal(valueAt(dotted, ["agents", "yolo_all"]), false);
  assert.equal(valueAt(dotted, ["agents", "clipboard_image_patch"]), true);
  assert.deepEqual(commentsOf(dotted), ["# in", "# dot"]);
});

Deno.test("toml edit: what is no TOML, or holds no place for the key, is refused", async () => {
  await assert.rejects(setKey("x = \n", "a.b", 1), { code: "invalid", message: /line 1/ });
  await assert.rejects(setKey("a = 1\n", "a.b", 1), { code: "invalid" });
  await assert.rejects(setKey("", "a..b", 1), { code: "invalid" });
});

Deno.test("toml edit: in the template every key can be set, and nothing else changes", async () => {
  const template = configTemplate();
  for (const { path, type } of CONFIG_KEYS) {
    const named = path.map((segment) => isFree(segment) ? `/n ${segment}` : segment);
    const value = type.kind === "bool" ? true : type.kind === "strings" ? ["a", "#b"] : "x # y";
    const text = await setKey(template, formatKey(named), value);
    assert.deepEqual(valueAt(text, named), value);
    assert.deepEqual(commentsOf(text), commentsOf(template), formatKey(named));
  }
});

Deno.test("toml edit: comments survive, the value reads back, other values stay", async () => {
  const name = fc.constantFrom("a", "b", "c", "d e", "#");
  const old = fc.constantFrom(
    "1",
    "1.50",
    '"x # y"',
    "[1, 2]",
    "'''\n#\n'''",
    "1e3",
    "{ z = 1 }",
    "[]",
    "[\n]",
  );
  const entry = fc.record({
    name,
    old,
    comment: fc.constantFrom("", " # c", "\n# below\n", "\n\n"),
  });
  const section = fc.record({ name, entries: fc.uniqueArray(entry, { selector: (e) => e.name }) });
  const file = fc.uniqueArray(section, { selector: (s) => s.name }).map((sections) =>
    sections.map(({ name, entries }) =>
      `[${formatKey([name])}] # head\n` +
      entries.map(({ name, old, comment }) => `# above\n${formatKey([name])} = ${old}${comment}\n`)
        .join("")
    ).join("")
  );
  const value = fc.oneof(
    fc.boolean(),
    fc.integer(),
    fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
    fc.array(fc.string({ unit: "grapheme-ascii" }), { maxLength: 3 }),
  );
  await fc.assert(fc.asyncProperty(file, name, name, value, async (text, section, key, value) => {
    const path = [section, key];
    const changed = await setKey(text, formatKey(path), value);
    assert.deepEqual(valueAt(changed, path), value);
    const without = (text: string) => {
      const tables = parse(text);
      const table = tables[section];
      if (isTable(table)) delete table[key];
      if (isTable(table) && Object.keys(table).length === 0) delete tables[section];
      return tables;
    };
    assert.deepEqual(without(changed), without(text));
    assert.deepEqual(commentsOf(changed), commentsOf(text));
  }));
});
