/**
 * Help, made from the records of the commands. Returns text and prints nothing; a golden test holds
 * every word.
 */
import { RUN_FLAGS } from "../core/model/run_flags.ts";
import { aliasesOf } from "./aliases.ts";
import type { RunCommand } from "./passthrough.ts";
import { type CommandRecord, type Field, flagWord, label } from "./record.ts";
import type { Style } from "./style.ts";
import { displayWidth } from "./table.ts";

type Row = readonly [term: string, text: string];

export interface HelpPage {
  title: string;
  /** Without the program's name. */
  usage: readonly string[];
  text: string;
  sections: readonly { title: string; rows: readonly Row[] }[];
  examples: readonly string[];
  /** Other command lines that mean the same. */
  also: readonly string[];
}

const HELP_ROW: Row = ["-h, --help", "Show this help"];
const RUN_ROWS = RUN_FLAGS.map(({ long, short, value, text }): Row => [
  `${short ? `${short}, ` : ""}${long}${value ? ` ${value}` : ""}`,
  text,
]);

export function commandPage({ path, summary, flags, positionals, examples }: CommandRecord) {
  return page({
    title: summary,
    usage: [[...path, ...positionals.map(label), "[options]"].join(" ")],
    sections: [
      { title: "Arguments", rows: positionals.map((field) => [label(field), describe(field)]) },
      { title: "Options", rows: [...flags.map(optionRow), HELP_ROW] },
    ],
    examples,
    also: aliasesOf(path),
  });
}

export function runPage({ path, summary, usage, text, examples }: RunCommand): HelpPage {
  return page({
    title: summary,
    usage: [`${path.join(" ")} ${usage}`],
    text,
    sections: [{ title: "Flags", rows: RUN_ROWS }],
    examples,
    also: aliasesOf(path),
  });
}

interface Listed {
  path: readonly string[];
  summary: string;
}

/** The help of a noun such as `box`: the commands below it. */
export function groupPage(noun: string, entries: readonly Listed[]): HelpPage {
  return page({
    title: `Commands of ct ${noun}`,
    usage: [`${noun} <command> [options]`],
    text: `Run \`ct ${noun} <command> --help\` for one of them.`,
    sections: [{ title: "Commands", rows: entries.map(toRow) }],
  });
}

export function programPage(runs: readonly RunCommand[], entries: readonly Listed[]): HelpPage {
  const isAgent = ({ kind }: RunCommand) => kind === "agent";
  const agents = runs.filter(isAgent).map(({ path }) => path[0]);
  const listed = [...runs.filter((run) => !isAgent(run)), ...entries];
  return page({
    title: "Run coding agents in boxes that keep the rest of the machine out of their reach",
    usage: ["<agent> [flags] [arguments…]", "<command> [options]"],
    text: "Run `ct help <command>` for one of them, or for an agent.",
    sections: [
      { title: "Agents", rows: wrap(agents, 68).map((line): Row => [line, ""]) },
      { title: "Commands", rows: listed.map(toRow) },
      { title: "Flags of agents, run and shell, before any --", rows: RUN_ROWS },
    ],
    examples: ["ct claude", "ct run --ct-network offline -- npm test", "ct demo"],
  });
}

/** The page as text, without a line end. */
export function formatPage(page: HelpPage, { bold }: Style): string {
  const width = Math.max(
    ...page.sections.flatMap(({ rows }) =>
      rows.map(([term, text]) => text ? displayWidth(term) : 0)
    ),
  );
  const rowLine = ([term, text]: Row) =>
    `  ${term}${" ".repeat(Math.max(0, width - displayWidth(term)))}  ${text}`.trimEnd();
  const block = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", bold(`${title}:`), ...lines];
  return [
    page.title,
    ...block("Usage", page.usage.map((line) => `  ct ${line}`)),
    ...(page.text === "" ? [] : ["", page.text]),
    ...page.sections.flatMap(({ title, rows }) => block(title, rows.map(rowLine))),
    ...block("Examples", page.examples.map((line) => `  ${line}`)),
    ...block("Other names", page.also.map((line) => `  ${line}`)),
  ].join("\n");
}

function page(given: Partial<HelpPage> & Pick<HelpPage, "title" | "usage">): HelpPage {
  return { text: "", sections: [], examples: [], also: [], ...given };
}

function toRow({ path, summary }: Listed): Row {
  return [path.join(" "), summary];
}

function optionRow(field: Field): Row {
  const { kind, meta } = field;
  const short = meta.short === undefined ? "    " : `-${meta.short}, `;
  const value = kind === "switch" ? "" : ` ${(meta.value ?? "value").toUpperCase()}`;
  return [`${short}--${flagWord(field)}${value}`, describe(field)];
}

/** With more choices than these a help line is no help; completion lists them all. */
const MOST_CHOICES = 8;

function describe({ text, kind, choices, fallback, meta }: Field): string {
  const isShort = choices.length > 0 && choices.length <= MOST_CHOICES;
  const extras = [
    isShort ? `one of ${choices.join(", ")}` : "",
    kind === "list" && !meta.rest ? "repeatable" : "",
    typeof fallback === "string" || typeof fallback === "number" ? `default ${fallback}` : "",
  ].filter((extra) => extra !== "");
  return extras.length === 0 ? text : `${text} (${extras.join("; ")})`;
}

function wrap(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
