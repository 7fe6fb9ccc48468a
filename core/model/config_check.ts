/**
 * Holds a parsed config.toml against the table of keys: every value that is allowed, and a finding
 * for everything else. By hand and without zod: this is on the way of every run.
 */
import type { ConfigFinding } from "../client.ts";
import { acceptValue, type ConfigKey, type ConfigValue, describeType } from "./config_key.ts";
import { isFree, sameValue } from "./config_key.ts";
import { CONFIG_KEYS, FIXED_KEYS } from "./config_keys.ts";
import { nearest } from "./nearest.ts";
import { formatKey, isTable } from "./toml_key.ts";
import { lineOf, locateKeys } from "./toml_lines.ts";

export interface Checked {
  /** What the file sets and may set, by the dotted spelling of the key. */
  values: Map<string, SetValue>;
  findings: ConfigFinding[];
}

export interface SetValue {
  path: readonly string[];
  record: ConfigKey;
  value: ConfigValue;
}

/**
 * Checks what the parser made of `text`.
 *
 * @param tables the parsed `text`
 */
export function checkTables(tables: Readonly<Record<string, unknown>>, text: string): Checked {
  // Only findings need lines, and most files have none.
  let lines: ReadonlyMap<string, number> | undefined;
  const values = new Map<string, SetValue>();
  const findings: ConfigFinding[] = [];
  walk(tables, []);
  return { values, findings: findings.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };

  function walk(table: Readonly<Record<string, unknown>>, above: readonly string[]): void {
    for (const [name, value] of Object.entries(table)) {
      const path = [...above, name];
      const record = findKey(path);
      if (record !== undefined) visit(path, record, value);
      else if (!isSection(path)) report("warning", path, unknownKey(path));
      else if (!isTable(value)) report("error", path, "must be a section");
      else if (isProjectWithoutPath(path)) {
        report("error", path, "must be the absolute path of a folder");
      } else walk(value, path);
    }
  }

  function visit(path: readonly string[], record: ConfigKey, raw: unknown): void {
    const value = acceptValue(record.type, raw);
    if (value === undefined) return report("error", path, refusal(record, raw));
    values.set(formatKey(path), { path, record, value });
    if (sameValue(value, record.fallback)) return;
    const { state } = record;
    if (state.kind === "notBuilt") {
      report(state.level, path, `has no effect yet: it waits for ${state.waitsFor}`);
    } else if (state.kind === "retired") {
      report("note", path, `has no effect any more: ${state.instead}`);
    }
  }

  function report(level: ConfigFinding["level"], path: readonly string[], message: string): void {
    lines ??= locateKeys(text);
    findings.push({ level, key: formatKey(path), line: lineOf(lines, path), message });
  }
}

/** The record of a key, where a free segment stands for any name. */
export function findKey(path: readonly string[]): ConfigKey | undefined {
  const fixed = FIXED_KEYS.get(path.join("."));
  // A quoted name may have dots in it, and is then a key of its own.
  if (fixed?.path.length === path.length) return fixed;
  return CONFIG_KEYS.find((key) => key.path.length === path.length && begins(key, path));
}

/** True for what has keys below it, such as `sandbox` or `agents.versions`. */
export function isSection(path: readonly string[]): boolean {
  return CONFIG_KEYS.some((key) => key.path.length > path.length && begins(key, path));
}

/** "is unknown", with what may have been meant. */
export function unknownKey(path: readonly string[]): string {
  const depth = path.length;
  const known = new Set(
    CONFIG_KEYS.filter(({ path }) => path.length >= depth).map(({ path }) => {
      return formatKey(path.slice(0, depth));
    }),
  );
  const elsewhere = CONFIG_KEYS.find((key) => key.path.at(-1) === path.at(-1))?.key;
  const meant = nearest(formatKey(path), known) ?? elsewhere;
  return meant === undefined ? "is unknown" : `is unknown; did you mean ${meant}?`;
}

/** "is …, and must be …", without the value where that may be a secret. */
export function refusal(record: ConfigKey, raw: unknown): string {
  const must = `must be ${describeType(record.type)}`;
  return record.secret ? must : `is ${show(raw)}, and ${must}`;
}

function begins(key: ConfigKey, path: readonly string[]): boolean {
  return path.every((name, i) => {
    const segment = key.path[i] ?? "";
    return isFree(segment) || segment === name;
  });
}

function isProjectWithoutPath([section, path]: readonly string[]): boolean {
  return section === "projects" && path !== undefined && !path.startsWith("/");
}

function show(raw: unknown): string {
  if (isTable(raw)) return "a section";
  const text = JSON.stringify(raw) ?? String(raw);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
