/** Tables for terminals: columns as wide as what is seen, and no cell that can break out of its row. */
import type { Style } from "./style.ts";

export interface Column<T> {
  title: string;
  value(row: T): string;
  /** How the cell looks; it is applied after the cell got its width. */
  look?(cell: string, row: T, style: Style): string;
}

/** One line per row under a title line. The last column is not padded: no trailing blanks. */
export function formatTable<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  style: Style,
): string[] {
  const titles = columns.map(({ title }) => title.toUpperCase());
  const cells = rows.map((row) => columns.map(({ value }) => plain(value(row))));
  const widths = titles.map((title, i) =>
    Math.max(displayWidth(title), ...cells.map((line) => displayWidth(line[i] ?? "")))
  );
  const join = (line: string[], look: (padded: string, column: number) => string) =>
    line.map((cell, i) => {
      const isLast = line.slice(i + 1).every((later) => later === "");
      const blanks = isLast ? "" : " ".repeat((widths[i] ?? 0) - displayWidth(cell));
      return look(cell, i) + blanks;
    }).join("  ").trimEnd();
  return [
    join(titles, (title) => style.dim(title)),
    ...cells.map((line, at) =>
      join(line, (cell, i) => {
        const row = rows[at];
        const look = columns[i]?.look;
        return row === undefined || look === undefined ? cell : look(cell, row, style);
      })
    ),
  ];
}

/** Names and paths come from outside: a control character in one must not move the cursor. */
export function plain(text: string): string {
  return text.replaceAll(
    /\p{Cc}/gu,
    (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** Made at the first table: it takes 8 ms, and an agent's start has no table. */
let segmenter: Intl.Segmenter | undefined;
// East Asian wide and fullwidth blocks, and what is drawn as an emoji.
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;

/** How many columns of a terminal the text takes. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes(text)) {
    width += NO_WIDTH.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

function graphemes(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

/** As much of the start of the text as fits. */
export function fit(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  for (const { segment } of graphemes(text)) {
    if (displayWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return columns > 0 ? `${kept}…` : "";
}
