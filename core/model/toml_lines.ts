/**
 * Where in a TOML file a key or a comment stands: the parser knows only values. Reads no values,
 * and is only meant for text that has parsed; on anything else it finds less.
 */
import { formatKey, readKey } from "./toml_key.ts";

/** A string of any of the four kinds, a comment, or one character of something else. */
const PIECE =
  /"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[^]/y;
const HEADER = /(?:\[\[?[ \t]*)?/y;
const BLANK = /(?:[\s\uFEFF]|#[^\n]*)*/y;

/** A header or a `key = value` of the file. */
export interface Statement {
  kind: "header" | "entry";
  /** From the root of the file. */
  path: readonly string[];
  start: number;
  /** The end of its last line. */
  end: number;
}

/** Everything that the file says, in order. What stands in an inline table is part of its entry. */
export function* statements(text: string): Generator<Statement> {
  let section: readonly string[] = [];
  for (let start = skip(BLANK, text, 0); start < text.length;) {
    const at = skip(HEADER, text, start);
    const found = readKey(text, at);
    let end = endOfLine(text, start);
    if (found !== undefined && at > start) {
      section = found.path;
      yield { kind: "header", path: section, start, end };
    } else if (found !== undefined) {
      end = endOfValue(text, found.end);
      yield { kind: "entry", path: [...section, ...found.path], start, end };
    }
    start = skip(BLANK, text, end);
  }
}

/** Every comment, in order, with the place where it begins. */
export function findComments(text: string): { at: number; words: string }[] {
  const comments = [];
  for (let at = 0; at < text.length;) {
    PIECE.lastIndex = at;
    const words = PIECE.exec(text)?.[0] ?? "\n";
    if (words.startsWith("#")) comments.push({ at, words: words.trimEnd() });
    at += words.length;
  }
  return comments;
}

/**
 * Line (from 1) of every section and key, by its dotted spelling as `formatKey` prints it. What
 * stands in an inline table has no line of its own: ask `lineOf`.
 */
export function locateKeys(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const lineAt = countLines(text);
  for (const { path, start } of statements(text)) {
    const line = lineAt(start);
    // A dotted key makes tables on its way: each has the line where it was first named.
    for (let depth = 1; depth <= path.length; depth++) {
      const name = formatKey(path.slice(0, depth));
      if (!lines.has(name)) lines.set(name, line);
    }
  }
  return lines;
}

/** Line of the key, or of the closest table around it that has one. */
export function lineOf(
  lines: ReadonlyMap<string, number>,
  path: readonly string[],
): number | undefined {
  for (let depth = path.length; depth > 0; depth--) {
    const line = lines.get(formatKey(path.slice(0, depth)));
    if (line !== undefined) return line;
  }
  return undefined;
}

/** The end of the line on which the value ends: lists and long strings span several. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length;) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text)?.[0] ?? "\n";
    if (piece === "[" || piece === "{") depth++;
    else if (piece === "]" || piece === "}") depth--;
    else if (piece === "\n" && depth <= 0) return at;
    at += piece.length;
  }
  return text.length;
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

/** Counts on from the last call, so that a whole file costs one pass. */
function countLines(text: string): (at: number) => number {
  let line = 1;
  let counted = 0;
  return (at) => {
    for (; counted < at; counted++) if (text[counted] === "\n") line++;
    return line;
  };
}
