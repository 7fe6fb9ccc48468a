/**
 * The text of every generated page, made from the same records as the program: commands, config
 * keys, error codes. It writes nothing; gen_docs.ts does.
 */
import { ENTRIES } from "../cli/registry.ts";
import { commandPage, type HelpPage, programPage, runPage } from "../cli/help.ts";
import { RUN_COMMANDS } from "../cli/passthrough.ts";
import { ERROR_CODES, type ErrorCode, LAUNCH_FAILED } from "../core/errors.ts";
import { AGENTS } from "../core/model/agents.ts";
import { configDocs, configTemplate } from "../core/model/config_template.ts";
import {
  BOX_VARIABLES,
  DEVELOPER_VARIABLES,
  type EnvVariable,
  FOREIGN_VARIABLES,
  OUR_VARIABLES,
} from "./env_table.ts";

/** For a reader who has a code and wants to know whose turn it is. */
const ERROR_MEANINGS: Readonly<Record<ErrorCode, string>> = {
  usage: "The command line or request cannot be read.",
  invalid: "It can be read, and a value in it or in a file is not allowed.",
  notFound: "What was named does not exist.",
  conflict: "It is in a state in which this cannot be done.",
  unauthenticated: "It is not known who asks.",
  denied: "Who asks may not do this, or a safety rule forbids it.",
  unavailable: "An engine or service that is needed does not answer, or is not built yet.",
  timeout: "It took longer than it may.",
  limited: "Too many requests; wait and try again.",
  cancelled: "You or your program broke it off.",
  internal: "A defect of construct. `--ct-debug` shows where.",
};

/** Path from the root → text. Markdown is still to be formatted. */
export async function makePages(): Promise<Record<string, string>> {
  return {
    "docs/config.md": configDocs(),
    "docs/env.md": envPage(),
    "docs/errors.md": errorsPage(),
    "templates/config.toml": configTemplate(),
    ...await cliPages(),
  };
}

async function cliPages(): Promise<Record<string, string>> {
  const nouns = Map.groupBy(ENTRIES, ({ path }) => path[0] ?? "");
  const pages: Record<string, string> = {};
  for (const [noun, entries] of nouns) {
    const commands = await Promise.all(entries.map(({ load }) => load()));
    const parts = commands.map((command) => toSection(command.path, commandPage(command)));
    pages[`docs/cli/${noun}.md`] = page(`ct ${noun}`, "cli/commands/", ...parts);
  }
  for (const command of RUN_COMMANDS.filter(({ kind }) => kind !== "agent")) {
    const [noun] = command.path;
    const part = toSection(command.path, runPage(command));
    pages[`docs/cli/${noun}.md`] = page(`ct ${noun}`, "cli/passthrough.ts", part);
  }
  pages["docs/cli/agent.md"] = agentPage();
  return { ...pages, "docs/cli/README.md": indexPage(Object.keys(pages)) };
}

function agentPage(): string {
  const first = RUN_COMMANDS.find(({ kind }) => kind === "agent");
  const example = first === undefined ? "" : toSection(first.path, runPage(first));
  return page(
    "ct &lt;agent>",
    "core/model/agents.ts",
    table(["command", "agent"], AGENTS.map(({ name, title }) => [code(`ct ${name}`), title])),
    "All of them take the same flags; as an example:",
    example,
  );
}

function indexPage(paths: readonly string[]): string {
  const { title } = programPage([], []);
  const files = paths.map((path) => path.split("/").at(-1) ?? "").sort();
  const rows = files.map((file) => {
    const noun = file.replace(".md", "");
    const found = [...RUN_COMMANDS, ...ENTRIES].filter(({ path }) => path[0] === noun);
    const text = noun === "agent" ? "Run an agent in a box" : found.map(({ summary }) => summary);
    return [`[ct ${noun}](${file})`, [text].flat().join("; ")];
  });
  return page("Commands", "cli/registry.ts", `${title}.`, table(["command", "what for"], rows));
}

/** One command: its help as Markdown, since a page is read in a browser too. */
function toSection(path: readonly string[], { title, usage, text, ...rest }: HelpPage): string {
  const sections = rest.sections.filter(({ rows }) => rows.length > 0).map(({ title, rows }) =>
    table([title, ""], rows.map(([term, text]) => [code(term.trim()), text]))
  );
  return [
    `## ct ${path.join(" ")}`,
    `${title}.`,
    fence("text", usage.map((line) => `ct ${line}`)),
    ...(text === "" ? [] : [escape(text)]),
    ...sections,
    ...(rest.examples.length === 0 ? [] : [`**Examples**\n\n${fence("sh", rest.examples)}`]),
    ...(rest.also.length === 0 ? [] : [`The same: ${rest.also.map(code).join(", ")}.`]),
  ].join("\n\n");
}

function errorsPage(): string {
  const rows = Object.entries(ERROR_CODES).map(([name, { exit, http }]) => [
    code(name),
    String(exit),
    String(http),
    Object.entries(ERROR_MEANINGS).find(([key]) => key === name)?.[1] ?? "",
  ]);
  return page(
    "Errors",
    "core/errors.ts",
    "Every failure has one of these codes, in the command line and on the wire.",
    table(["code", "exit code", "HTTP", "meaning"], rows),
    `A command that runs a program (\`ct <agent>\`, \`run\`, \`shell\`) exits with ${LAUNCH_FAILED} ` +
      "for every failure before the program starts, and names the code on stderr. All other exit " +
      "codes of such a command are the program's own; 128 and more mean that a signal ended it.",
  );
}

function envPage(): string {
  const list = (variables: readonly EnvVariable[]) =>
    table(["variable", "meaning"], variables.map(({ name, text }) => [code(name), text]));
  return page(
    "Environment variables",
    "scripts/env_table.ts",
    `## Ours\n\n${list(OUR_VARIABLES)}`,
    `## Of the system\n\n${list(FOREIGN_VARIABLES)}`,
    `## In a box\n\n${list(BOX_VARIABLES)}`,
    "A box gets no copy of your environment: the terminal, language, time zone and proxy, the " +
      "agent's own provider keys, what `sandbox.env_passthrough` and `--ct-env` name, and every " +
      "`CNSTR_X` as `X`.",
    `## For development\n\n${list(DEVELOPER_VARIABLES)}`,
  );
}

function page(title: string, source: string, ...parts: string[]): string {
  const note = `Generated by \`deno task docs\` from \`${source}\`.`;
  return `${[`# ${title}`, note, ...parts].join("\n\n")}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escape).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Outside of code, `<` would begin a tag. */
function escape(text: string): string {
  const parts = text.replaceAll("|", "\\|").split("`");
  return parts.map((part, i) => i % 2 === 0 ? part.replaceAll("<", "&lt;") : part).join("`");
}

function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

function fence(language: string, lines: readonly string[]): string {
  return ["```" + language, ...lines, "```"].join("\n");
}
