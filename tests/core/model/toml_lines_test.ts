/** Lines of keys and places of comments, in every layout that TOML allows. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { formatKey } from "../../../core/model/toml_key.ts";
import { findComments, lineOf, locateKeys } from "../../../core/model/toml_lines.ts";

Deno.test("toml lines: headers with comments, dotted and quoted keys, values over many lines", () => {
  const lines = locateKeys([
    "top = 1",
    "  [ a . 'b c' ] # not [x]",
    "k.l = 2 # k = 3",
    '"q = 1" = """',
    "fake = 1",
    '[fake] """" # end',
    "list = [ # [fake2]",
    '  "]", # fake3 = 1',
    "  { in = 1 },",
    "]",
    "last = '''",
    "# no comment''' # one",
    "[[rows]]",
    "x = 1",
  ].join("\r\n"));
  assert.deepEqual(Object.fromEntries(lines), {
    top: 1,
    a: 2,
    'a."b c"': 2,
    'a."b c".k': 3,
    'a."b c".k.l': 3,
    'a."b c"."q = 1"': 4,
    'a."b c".list': 7,
    'a."b c".last': 11,
    rows: 13,
    "rows.x": 14,
  });
});

Deno.test("toml lines: what is in an inline table has the line of that table", () => {
  const lines = locateKeys('\n[projects]\n"/a" = { network = "offline" }\n');
  assert.equal(lineOf(lines, ["projects", "/a", "network"]), 3);
  assert.equal(lineOf(lines, ["elsewhere"]), undefined);
});

Deno.test("toml lines: every key of a generated file is found on its line", () => {
  const name = fc.stringMatching(/^[a-z"' .#=\[\]-]{1,8}$/);
  const value = fc.constantFrom(
    "1",
    '"x # y"',
    "[\n 1, # c = 2\n]",
    '"""\n[h]\nz = 1\n"""',
    "{ a = 1 }",
  );
  const noise = fc.constantFrom("", "# k = 1\n", "\n", "  # [h]\n\n");
  const entry = fc.record({ name, value, noise });
  const section = fc.record({
    name,
    noise,
    entries: fc.uniqueArray(entry, { selector: (e) => e.name }),
  });
  fc.assert(fc.property(fc.uniqueArray(section, { selector: (s) => s.name }), (sections) => {
    let text = "";
    const wanted = new Map<string, number>();
    const lineNow = () => text.split("\n").length;
    for (const { name, noise, entries } of sections) {
      text += noise;
      wanted.set(formatKey([name]), lineNow());
      text += `[${formatKey([name])}] # c\n`;
      for (const entry of entries) {
        text += entry.noise;
        wanted.set(formatKey([name, entry.name]), lineNow());
        text += `${formatKey([entry.name])} = ${entry.value} # c\n`;
      }
    }
    assert.deepEqual(locateKeys(text), wanted);
  }));
});

Deno.test("toml lines: any text at all is read to its end", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    locateKeys(text);
    findComments(text);
  }));
});

Deno.test("toml comments: found outside of strings only", () => {
  const text = `# a\nk = "# b" # c\nl = '''\n# d\n''' # e`;
  assert.deepEqual(findComments(text).map(({ words }) => words), ["# a", "# c", "# e"]);
});
