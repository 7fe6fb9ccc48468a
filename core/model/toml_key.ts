/** Dotted keys of TOML (toml.io/en/v1.0.0#keys) and short values: read them, print them. Knows no key of ours by name. */
import { parse } from "@std/toml";

const BARE = /[A-Za-z0-9_-]+/y;
const BASIC = /"(?:[^"\\\n\r]|\\[^\n\r])*"/y;
const LITERAL = /'[^'\n\r]*'/y;
const DOT = /[ \t]*\.[ \t]*/y;

export interface FoundKey {
  path: string[];
  /** Where the text goes on after the key. */
  end: number;
}

/** The dotted key that stands in `text` at `at`; undefined when none does. */
export function readKey(text: string, at: number): FoundKey | undefined {
  const path: string[] = [];
  for (let end = at;;) {
    const word = match(BARE, text, end) ?? match(LITERAL, text, end) ?? match(BASIC, text, end);
    if (word === undefined) return undefined;
    const segment = toSegment(word);
    if (segment === undefined) return undefined;
    path.push(segment);
    end += word.length;
    const dot = match(DOT, text, end);
    if (dot === undefined) return { path, end };
    end += dot.length;
  }
}

/** `projects."/a b".engine` as its segments; undefined when it is not a key. */
export function parseKey(text: string): string[] | undefined {
  const found = readKey(text, 0);
  return found?.end === text.length ? found.path : undefined;
}

/** The reverse of `parseKey`, with quotes only where TOML wants them. */
export function formatKey(path: readonly string[]): string {
  return path.map((segment) => {
    return match(BARE, segment, 0) === segment && segment !== "" ? segment : quote(segment);
  }).join(".");
}

/** A text, number, truth or list of such, as it stands in a file. */
export function formatValue(value: unknown): string {
  if (typeof value === "string") return quote(value);
  return Array.isArray(value) ? `[${value.map(formatValue).join(", ")}]` : String(value);
}

/** A basic string of TOML. */
function quote(text: string): string {
  // JSON escapes all that TOML wants escaped, except DEL.
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}

/** True for what the parser makes of a section or an inline table. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function toSegment(word: string): string | undefined {
  if (word.startsWith("'")) return word.slice(1, -1);
  if (!word.startsWith('"')) return word;
  try {
    return String(parse(`k = ${word}`)["k"]);
  } catch {
    // An escape that TOML does not know; whoever parses the file says so.
    return undefined;
  }
}
