/** How the commands of config.toml show values and findings. Decides nothing about them. */
import type { ConfigFinding } from "../core/client.ts";
import { formatKey, formatValue, isTable, parseKey } from "../core/model/toml_key.ts";
import type { Output } from "./output.ts";

/** TOML with one dotted key per line, so that a search finds whole names. */
export function toLines(value: unknown, key: string): string[] {
  return linesBelow(value, key === "" ? [] : parseKey(key) ?? [key]);
}

function linesBelow(value: unknown, path: readonly string[]): string[] {
  if (!isTable(value)) return [`${formatKey(path)} = ${formatValue(value)}`];
  return Object.entries(value).flatMap(([name, inner]) => linesBelow(inner, [...path, name]));
}

/** Prints `file:line: level: key: message` for each; the exit code says whether one is an error. */
export function printFindings(
  findings: readonly ConfigFinding[],
  file: string,
  { out, err }: Pick<Output, "out" | "err">,
): number {
  for (const { line, level, key, message } of findings) {
    const place = line === undefined ? file : `${file}:${line}`;
    out([place, level, ...(key === "" ? [] : [key]), message].join(": "));
  }
  if (findings.length === 0) err(`No mistakes in ${file}`);
  return codeOf(findings);
}

/** 2, the code of `invalid`, when there is an error. */
export function codeOf(findings: readonly ConfigFinding[]): number {
  return findings.some(({ level }) => level === "error") ? 2 : 0;
}
