/** Dotted keys, there and back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "@std/toml";
import { formatKey, isTable, parseKey } from "../../../core/model/toml_key.ts";

const segment = fc.string({ unit: "grapheme" }).filter((text) => text.isWellFormed());

Deno.test("toml key: parse undoes format, for any names", () => {
  fc.assert(fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (path) => {
    assert.deepEqual(parseKey(formatKey(path)), path);
  }));
});

Deno.test("toml key: the parser reads a printed key as we do", () => {
  fc.assert(fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (path) => {
    let found: unknown = parse(`${formatKey(path)} = 1`);
    for (const name of path) found = isTable(found) ? found[name] : undefined;
    assert.equal(found, 1);
  }));
});

Deno.test("toml key: quotes of both kinds and blanks around dots", () => {
  assert.deepEqual(parseKey(`a . 'b.c' . "d\\"e"`), ["a", "b.c", 'd"e']);
  for (const text of ["", "a.", ".a", "a b", '"a', "a..b", '"\\q"']) {
    assert.equal(parseKey(text), undefined, text);
  }
});
