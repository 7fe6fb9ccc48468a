/** From words to typed arguments. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { arg, defineCommand } from "../../cli/command.ts";

const paint = defineCommand({
  path: ["wall", "paint"],
  summary: "Paint walls",
  args: z.object({
    wall: z.array(z.string()).min(1).describe("Walls").register(arg, { positional: 1, rest: true }),
    colour: z.enum(["red", "green"]).describe("Colour").register(arg, { positional: 0 }),
    layers: z.coerce.number().int().default(1).describe("Layers").register(arg, { short: "n" }),
    skipWindows: z.boolean().default(true).describe("Leave the windows out"),
    quiet: z.boolean().default(false).describe("Say nothing").register(arg, { short: "q" }),
    tool: z.array(z.string()).default([]).describe("Tool"),
  }),
  examples: ["ct wall paint red north"],
  run: () => {},
});
const defaults = {
  colour: "red",
  wall: ["north"],
  layers: 1,
  skipWindows: true,
  quiet: false,
  tool: [],
};

function parse(...words: string[]): unknown {
  return paint.parse(words);
}

Deno.test("arguments: fill in defaults and know every form of a flag", () => {
  assert.deepEqual(parse("red", "north"), defaults);
  const all = { ...defaults, layers: 3, skipWindows: false, quiet: true, tool: ["a", "-b"] };
  const words = ["-qn", "3", "red", "--tool", "a", "--no-skip-windows", "north", "--tool=-b"];
  assert.deepEqual(parse(...words), all);
  assert.deepEqual(parse("-n3", "red", "north"), { ...defaults, layers: 3 });
});

Deno.test("arguments: after `--` no word is a flag", () => {
  assert.deepEqual(parse("-q", "--", "red", "--quiet"), {
    ...defaults,
    quiet: true,
    wall: ["--quiet"],
  });
});

Deno.test("arguments: a bad line names the word, and says what to do", () => {
  const help = "Run `ct wall paint --help`";
  const cases: [words: string[], message: RegExp, hint: string][] = [
    [[], /<colour> is missing; <wall…> is missing/, help],
    [["blue", "north"], /<colour> is "blue", and must be one of red, green/, help],
    [["red", "north", "--layers", "x"], /--layers: /, help],
    [["red", "north", "--layers"], /--layers needs a value/, help],
    [
      ["red", "north", "--tool", "-q"],
      /--tool needs a value/,
      "Type --tool=-q if that is the value",
    ],
    [["red", "north", "--quiet=yes"], /--quiet takes no value/, help],
    [["red", "north", "--quite"], /--quite is not a flag of/, "Did you mean --quiet?"],
    [["red", "north", "-x"], /-x is not a flag of/, help],
    [["red", "north", "--no-layers"], /--no-layers is not a flag of/, "Did you mean --layers?"],
  ];
  for (const [words, message, hint] of cases) {
    assert.throws(() => parse(...words), { code: "usage", message, hint }, words.join(" "));
  }
});

Deno.test("arguments: a word too many is refused", () => {
  const one = defineCommand({
    path: ["one"],
    summary: "Take nothing",
    args: z.object({}),
    examples: ["ct one"],
    run: () => {},
  });
  assert.throws(() => one.parse(["two"]), { code: "usage", message: /unexpected argument "two"/ });
});

Deno.test("arguments: any words end in values or in a usage error", () => {
  const word = fc.oneof(fc.string(), fc.constantFrom("red", "--", "-q", "--tool", "--no-", "-"));
  fc.assert(fc.property(fc.array(word), (words) => {
    try {
      parse(...words);
    } catch (error) {
      assert.equal(error instanceof Error && "code" in error && error.code, "usage");
    }
  }));
});

Deno.test("arguments: after `--` every word arrives as it is", () => {
  fc.assert(fc.property(fc.array(fc.string(), { minLength: 1 }), (wall) => {
    assert.deepEqual(parse("--", "red", ...wall), { ...defaults, wall });
  }));
});
