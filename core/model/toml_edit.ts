/**
 * Sets one key in the text of a TOML file; comments, order and unknown keys stay. The work is
 * toml-patch's, which is loaded only when needed because it is large. Its result is never trusted:
 * what loses a comment or changes another value is refused.
 */
import { parse, TomlError } from "@std/toml";
import { AppError } from "../errors.ts";
import type { ConfigValue } from "./config_key.ts";
import { formatKey, formatValue, isTable, parseKey } from "./toml_key.ts";
import { findComments, statements } from "./toml_lines.ts";

type Tables = Readonly<Record<string, unknown>>;

/**
 * The text with `value` under the dotted `key`.
 *
 * @throws `invalid` when the text is no TOML, or its layout does not allow a safe edit.
 */
export async function setKey(text: string, key: string, value: ConfigValue): Promise<string> {
  const path = parseKey(key) ?? [];
  const before = readTables(text, key);
  const wanted = withValue(before, path, value);
  if (wanted === undefined) throw unsafe(key);
  if (isSame(before, wanted)) return text;
  // toml-patch makes a new section an inline table, at times above the first section and with a
  // comma that TOML 1.0 forbids. So those are not its business.
  const edits = hasTable(before, path.slice(0, -1))
    ? [patchText, appendSection]
    : [appendSection, patchText];
  for (const edit of edits) {
    const after = await edit(text, path, value);
    if (after !== undefined && isFaithful(text, after, path, wanted)) return after;
  }
  throw unsafe(key);
}

async function patchText(text: string, path: readonly string[], value: ConfigValue) {
  const toml = await import("@decimalturn/toml-patch");
  try {
    const wanted = withValue(toml.parse(text), path, value);
    return wanted && toml.patch(text, wanted);
  } catch {
    // It gives up on layouts with errors of many kinds; what to do then is the caller's business.
    return undefined;
  }
}

function appendSection(text: string, path: readonly string[], value: ConfigValue) {
  if (path.length < 2) return undefined;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text.trim() === "" ? "" : text.endsWith("\n") ? newline : newline + newline;
  const header = `[${formatKey(path.slice(0, -1))}]`;
  return text + gap +
    [header, `${formatKey(path.slice(-1))} = ${formatValue(value)}`, ""].join(newline);
}

/** True when `after` holds what is wanted, and every comment that does not go with the old value. */
function isFaithful(before: string, after: string, path: readonly string[], wanted: Tables) {
  try {
    if (!isSame(parse(after), wanted)) return false;
  } catch (error) {
    if (error instanceof TomlError) return false;
    throw error;
  }
  return isSame(commentsAround(before, path), commentsAround(after, path));
}

/** The comments of the text without those between the lines of the value itself. */
function commentsAround(text: string, path: readonly string[]): string[] {
  const own = [...statements(text)].find((each) =>
    each.kind === "entry" && each.path.every((name, i) => name === path[i])
  );
  const lastLine = own === undefined ? 0 : text.lastIndexOf("\n", own.end - 1);
  return findComments(text)
    .filter(({ at }) => own === undefined || at < own.start || at > lastLine)
    .map(({ words }) => words);
}

function readTables(text: string, key: string): Tables {
  try {
    return parse(text, { unsafeKeyBehaviour: "throw" });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new AppError("invalid", `Cannot set ${key}: line ${error.line} of the file is not TOML`, {
      hint: "Run `ct config edit`",
    });
  }
}

/** Undefined when something that is not a table is in the way. */
function withValue(
  tables: Tables,
  [name, ...below]: readonly string[],
  value: ConfigValue,
): Tables | undefined {
  if (name === undefined) return undefined;
  if (below.length === 0) return { ...tables, [name]: value };
  const inner = tables[name] ?? {};
  const changed = isTable(inner) ? withValue(inner, below, value) : undefined;
  return changed && { ...tables, [name]: changed };
}

/** Equal as data; the order of keys does not count. */
function isSame(a: unknown, b: unknown): boolean {
  if (isTable(a) && isTable(b)) {
    const names = Object.keys(a);
    return names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  }
  if (a instanceof Date && b instanceof Date) return a.toISOString() === b.toISOString();
  return Object.is(a, b);
}

function hasTable(tables: Tables, [name, ...below]: readonly string[]): boolean {
  if (name === undefined) return true;
  const inner = tables[name];
  return isTable(inner) && hasTable(inner, below);
}

function unsafe(key: string): AppError {
  return new AppError(
    "invalid",
    `Cannot set ${key}: the file is laid out in a way we cannot edit`,
    {
      hint: "Run `ct config edit`",
    },
  );
}
