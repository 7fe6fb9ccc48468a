/**
 * From words to named strings and booleans, by the fields of a command. What the strings mean is
 * the schema's business, and our `--ct-…` flags and the agents' words never come here.
 */
import { parseArgs } from "node:util";
import { AppError } from "../core/errors.ts";
import { nearest } from "../core/model/nearest.ts";
import { type CommandRecord, type Field, flagWord } from "./record.ts";

type Shape = Pick<CommandRecord, "path" | "flags" | "positionals">;
type Values = Record<string, unknown>;

/**
 * Splits the words of one command; an argument that is not given stays undefined.
 *
 * @throws `usage` for an unknown flag, a flag without its value, or a word too many.
 */
export function splitWords(argv: readonly string[], shape: Shape): Values {
  const refuse = (words: string, hint?: string) => {
    throw new AppError("usage", `Cannot read the command line: ${words}`, {
      hint: hint ?? `Run \`ct ${shape.path.join(" ")} --help\``,
    });
  };
  const values: Values = {};
  const words: string[] = [];
  // Not strict, because the words of the strict errors are not ours and lead users astray.
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(shape.flags.map((field) => [field.flag, toOption(field)])),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { rawName, value, inlineValue } = token;
    const negated = token.name.startsWith("no-") ? token.name.slice(3) : undefined;
    const field = shape.flags.find(({ flag }) => flag === token.name) ??
      shape.flags.find(({ flag, kind }) => flag === negated && kind === "switch");
    if (field === undefined) {
      refuse(`${rawName} is not a flag of \`ct ${shape.path.join(" ")}\``, guess(rawName, shape));
    } else if (field.kind === "switch") {
      if (inlineValue) refuse(`${rawName} takes no value`);
      values[field.key] = field.flag === token.name;
    } else {
      if (value === undefined) refuse(`${rawName} needs a value`);
      if (!inlineValue && value?.startsWith("-") && value !== "-") {
        refuse(`${rawName} needs a value`, `Type ${rawName}=${value} if that is the value`);
      }
      values[field.key] = field.kind === "list" ? [...list(values[field.key]), value] : value;
    }
  }
  return { ...values, ...place(words, shape.positionals, refuse) };
}

function place(
  words: readonly string[],
  positionals: readonly Field[],
  refuse: (words: string) => void,
): Values {
  const values: Values = {};
  for (const [i, { key, meta }] of positionals.entries()) {
    if (words[i] === undefined) break;
    values[key] = meta.rest ? words.slice(i) : words[i];
  }
  const isOpen = positionals.at(-1)?.meta.rest ?? false;
  const extra = words[positionals.length];
  if (extra !== undefined && !isOpen) refuse(`unexpected argument "${extra}"`);
  return values;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function toOption({ kind, meta }: Field): { type: "boolean" | "string"; short?: string } {
  return {
    type: kind === "switch" ? "boolean" : "string",
    ...(meta.short !== undefined && { short: meta.short }),
  };
}

function guess(rawName: string, { flags }: Shape): string | undefined {
  const flag = nearest(rawName, ["--help", ...flags.map((field) => `--${flagWord(field)}`)]);
  return flag && `Did you mean ${flag}?`;
}
