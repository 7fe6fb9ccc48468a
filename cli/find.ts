/** From words to what they name: a command, one that runs a program, a noun, or nothing known. */
import { AppError } from "../core/errors.ts";
import { nearest } from "../core/model/nearest.ts";
import { ALIASES, startsWith } from "./aliases.ts";
import type { Entry } from "./command.ts";
import { commandPage, groupPage, type HelpPage, programPage, runPage } from "./help.ts";
import { RUN_COMMANDS, type RunCommand } from "./passthrough.ts";

export type Found =
  | { kind: "program" }
  | { kind: "run"; command: RunCommand }
  | { kind: "entry"; entry: Entry }
  | { kind: "group"; noun: string; entries: readonly Entry[] };

/**
 * Finds what the first words name. Aliases have to be expanded before.
 *
 * @throws `usage` for words that name nothing, with the nearest known ones.
 */
export function find(words: readonly string[], entries: readonly Entry[]): Found {
  const [noun] = words;
  if (noun === undefined) return { kind: "program" };
  const command = RUN_COMMANDS.find(({ path }) => path[0] === noun);
  if (command !== undefined) return { kind: "run", command };
  const entry = entries.find(({ path }) => startsWith(words, path));
  if (entry !== undefined) return { kind: "entry", entry };
  const group = [...entries, ...oldNames()].filter(({ path }) => path[0] === noun);
  const verb = words[1];
  if (group.length > 0 && (verb === undefined || verb.startsWith("-"))) {
    return { kind: "group", noun, entries: group };
  }
  throw unknown(noun, verb, [...RUN_COMMANDS, ...group, ...entries].map(({ path }) => path));
}

/** The help of what was found. Loads the command when it is one. */
export async function helpOf(found: Found, entries: readonly Entry[]): Promise<HelpPage> {
  switch (found.kind) {
    case "program":
      return programPage(RUN_COMMANDS, entries);
    case "run":
      return runPage(found.command);
    case "entry":
      return commandPage(await found.entry.load());
    case "group":
      return groupPage(found.noun, found.entries);
  }
}

/** The old two-word names, so that their noun has a help too. They load nothing. */
function oldNames(): Entry[] {
  return ALIASES.filter(({ words }) => words.length > 1).map(({ words, means }) => ({
    path: words,
    summary: `The same as ct ${means.join(" ")}`,
    load: () => Promise.reject(new Error(`${words.join(" ")} has to be expanded first`)),
  }));
}

function unknown(noun: string, verb: string | undefined, paths: readonly (readonly string[])[]) {
  const known = paths.some(([first]) => first === noun);
  const typed = known && verb !== undefined ? `${noun} ${verb}` : noun;
  const guess = nearest(typed, paths.map((path) => path.slice(0, known ? 2 : 1).join(" "))) ??
    paths.find((path) => path.at(-1) === noun)?.join(" ");
  return new AppError("usage", `Cannot find a command or an agent named "${typed}"`, {
    hint: guess === undefined
      ? `Run \`ct ${known ? `help ${noun}` : "help"}\` to see what there is`
      : `Did you mean \`ct ${guess}\`?`,
  });
}
