/**
 * What the shell offers for the word at the cursor, made from the records of the commands. Nothing
 * may fail or print here: it runs while the user is typing.
 */
import { RUN_FLAGS, type RunFlag } from "../core/model/run_flags.ts";
import { expandAlias, startsWith } from "./aliases.ts";
import type { Entry } from "./command.ts";
import { findHead, RUN_COMMANDS, type RunCommand } from "./passthrough.ts";
import { type CommandRecord, type Field, flagWord, type NameKind } from "./record.ts";

export interface Offer {
  word: string;
  /** What the shell may show beside it. */
  text: string;
}

export interface Offers {
  words: readonly Offer[];
  /** True when a file of the user's fits here; the shell knows those best. */
  files: boolean;
}

/** Lists the names of one kind. */
export type LookUp = (kind: NameKind) => Promise<readonly string[]>;

const NOTHING: Offers = { words: [], files: false };
const FILES: Offers = { words: [], files: true };

/** `words` are those after the program's name; the last one is being typed and may be empty. */
export async function complete(
  words: readonly string[],
  entries: readonly Entry[],
  lookUp: LookUp,
): Promise<Offers> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const offers = await offer(before, typed, entries, lookUp);
  const fitting = offers.words.filter(({ word }) => word.startsWith(typed));
  const unique = new Map(fitting.map((each) => [each.word, each]));
  const sorted = [...unique.values()].sort((a, b) => a.word < b.word ? -1 : 1);
  return { words: sorted, files: offers.files };
}

async function offer(
  before: readonly string[],
  typed: string,
  entries: readonly Entry[],
  lookUp: LookUp,
): Promise<Offers> {
  const head = findHead(before);
  const path = expandAlias(before.slice(head));
  const run = RUN_COMMANDS.find((each) => each.path[0] === path[0]);
  if (run !== undefined) return offerForRun(run, before, typed);
  const entry = entries.find((each) => startsWith(path, each.path));
  if (entry !== undefined) {
    const command = await entry.load();
    return await offerForCommand(command, path.slice(entry.path.length), typed, entries, lookUp);
  }
  if (path.length > 0) return list(nextWords(entries, path));
  const value = offerRunValue(before.at(-1), typed);
  if (value !== undefined) return value;
  if (!typed.startsWith("-")) return list(nextWords([...RUN_COMMANDS, ...entries], []));
  return list([...runFlags(), { word: "--help", text: "" }, { word: "--version", text: "" }]);
}

function offerForRun({ kind }: RunCommand, before: readonly string[], typed: string): Offers {
  if (before.includes("--")) return FILES;
  const value = offerRunValue(before.at(-1), typed);
  if (value !== undefined) return value;
  if (!typed.startsWith("-")) return FILES;
  return list(kind === "agent" ? runFlags() : [...runFlags(), { word: "--help", text: "" }]);
}

/** For the word after, or behind the `=` of, a flag of ours that takes a value. */
function offerRunValue(last: string | undefined, typed: string): Offers | undefined {
  const cut = typed.indexOf("=");
  const isInline = cut !== -1;
  const name = isInline ? typed.slice(0, cut) : last ?? "";
  const flag = RUN_FLAGS.find(({ long, short }) => long === name || short === name);
  if (flag?.value === undefined) return undefined;
  if (flag.long === "--ct-mount") return FILES;
  const start = isInline ? `${name}=` : "";
  return list((flag.choices ?? []).map((choice) => ({ word: start + choice, text: "" })));
}

function runFlags(): Offer[] {
  return RUN_FLAGS.flatMap(({ long, short, text }: RunFlag) => [
    { word: long, text },
    ...(short === undefined ? [] : [{ word: short, text }]),
  ]);
}

interface Listed {
  path: readonly string[];
  summary: string;
}

function nextWords(listed: readonly Listed[], before: readonly string[]): Offer[] {
  return listed
    .filter(({ path }) => startsWith(path, before))
    .flatMap(({ path, summary }) => {
      const word = path[before.length];
      if (word === undefined) return [];
      return [{ word, text: path.length === before.length + 1 ? summary : "" }];
    });
}

async function offerForCommand(
  { flags, positionals }: CommandRecord,
  given: readonly string[],
  typed: string,
  entries: readonly Entry[],
  lookUp: LookUp,
): Promise<Offers> {
  const { pending, words, isEnded } = read(given, flags);
  const values = async (field: Field, start = ""): Promise<Offers> => {
    const { choices, meta: { complete: kind } } = field;
    if (kind === "files") return FILES;
    if (kind === "commands") return list(nextWords([...RUN_COMMANDS, ...entries], words));
    const names = choices.length > 0 ? choices : kind === undefined ? [] : await lookUp(kind);
    return list(names.map((name) => ({ word: start + name, text: "" })));
  };
  if (pending !== undefined) return await values(pending);
  if (!isEnded && typed.startsWith("-")) {
    const cut = typed.indexOf("=");
    if (cut === -1) return list(flagsOf(flags));
    const field = flags.find((each) => names(each, typed.slice(0, cut)));
    return field === undefined ? NOTHING : await values(field, typed.slice(0, cut + 1));
  }
  const last = positionals.at(-1);
  const field = positionals[words.length] ?? (last?.meta.rest ? last : undefined);
  if (field === undefined) return NOTHING;
  const offers = await values(field);
  // The same box twice in one command is never meant.
  const isNew = ({ word }: Offer) => field.meta.complete === "commands" || !words.includes(word);
  return { ...offers, words: offers.words.filter(isNew) };
}

/** The words so far: which are positional, and whether the last one waits for its value. */
function read(given: readonly string[], flags: readonly Field[]) {
  const words: string[] = [];
  for (let i = 0; i < given.length; i++) {
    const word = given[i] ?? "";
    if (word === "--") {
      return { pending: undefined, words: [...words, ...given.slice(i + 1)], isEnded: true };
    }
    const field = flags.find((each) => each.kind !== "switch" && names(each, word));
    if (field !== undefined && ++i === given.length) {
      return { pending: field, words, isEnded: false };
    }
    if (!word.startsWith("-")) words.push(word);
  }
  return { pending: undefined, words, isEnded: false };
}

function names({ flag, meta }: Field, word: string): boolean {
  return word === `--${flag}` || (meta.short !== undefined && word === `-${meta.short}`);
}

function flagsOf(flags: readonly Field[]): Offer[] {
  const own = flags.map((field) => ({ word: `--${flagWord(field)}`, text: field.text }));
  return [...own, { word: "--help", text: "Show this help" }];
}

function list(words: readonly Offer[]): Offers {
  return { words, files: false };
}
