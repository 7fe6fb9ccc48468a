/**
 * `ct __complete [SHELL] -- WORDS…`: answers the completion scripts (completion_scripts.ts) in the
 * form of their shell, or plainly. Whatever goes wrong, the answer is empty and the exit code 0.
 */
import type { Client } from "../core/client.ts";
import { AGENTS } from "../core/model/agents.ts";
import { ENGINE_NAMES } from "../core/model/engine.ts";
import { NETWORK_MODES } from "../core/model/run_flags.ts";
import type { Clock } from "../core/ports.ts";
import type { Entry } from "./command.ts";
import { complete, type LookUp, type Offer } from "./complete.ts";

/** Longer than this and the user has typed it. */
const LIMIT_MS = 300;

export interface Answerer {
  entries: readonly Entry[];
  connect(): Promise<Client>;
  clock: Clock;
}

/** The lines to print for the words after `__complete`. */
export async function answer(argv: readonly string[], answerer: Answerer): Promise<string[]> {
  const cut = argv.indexOf("--");
  const shell = cut === 1 ? argv[0] : undefined;
  try {
    const { words, files } = await complete(
      argv.slice(cut + 1),
      answerer.entries,
      (kind) => lookUp(kind, answerer),
    );
    const lines = words.map((offer) => formatOffer(offer, shell));
    return files && shell !== undefined ? [...lines, ":files"] : lines;
  } catch {
    return [];
  }
}

function formatOffer({ word, text }: Offer, shell: string | undefined): string {
  if (text === "") return shell === "zsh" ? escapeColons(word) : word;
  if (shell === "fish") return `${word}\t${text}`;
  return shell === "zsh" ? `${escapeColons(word)}:${text}` : word;
}

/** zsh cuts a word from its text at the first bare colon. */
function escapeColons(word: string): string {
  return word.replaceAll(/[\\:]/g, "\\$&");
}

function lookUp(
  kind: Parameters<LookUp>[0],
  { connect, clock }: Answerer,
): Promise<readonly string[]> {
  switch (kind) {
    case "agents":
      return Promise.resolve(AGENTS.map(({ name }) => name));
    case "engines":
      return Promise.resolve(ENGINE_NAMES);
    case "networks":
      return Promise.resolve(NETWORK_MODES);
    case "config-keys":
      return configKeys();
    case "boxes":
      return inTime(
        clock,
        async (signal) => (await (await connect()).box.list({ signal })).map(({ name }) => name),
      );
    case "images":
      return inTime(
        clock,
        async (signal) =>
          (await (await connect()).image.list({ signal })).map(({ reference }) => reference),
      );
    case "commands":
    case "files":
      return Promise.resolve([]);
  }
}

async function configKeys(): Promise<string[]> {
  const { CONFIG_KEYS } = await import("../core/model/config_keys.ts");
  return CONFIG_KEYS.map(({ key }) => key).filter((key) => !key.includes("<"));
}

/** Nothing, when it takes too long: also when the work does not listen to its signal. */
async function inTime(
  clock: Clock,
  work: (signal: AbortSignal) => Promise<string[]>,
): Promise<string[]> {
  const stop = new AbortController();
  let timer: unknown;
  const late = new Promise<string[]>((resolve) => {
    timer = clock.setTimeout(() => {
      stop.abort();
      resolve([]);
    }, LIMIT_MS);
  });
  try {
    return await Promise.race([work(stop.signal), late]);
  } finally {
    clock.clearTimeout(timer);
  }
}
