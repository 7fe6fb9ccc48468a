/**
 * Other words for the same commands: those of the program that this one replaces, and the flags
 * that people try first. The only list of them; help shows them beside the command they mean.
 */

export interface Alias {
  words: readonly string[];
  /** What the words stand for: a command, and words of its own that are added. */
  means: readonly string[];
}

export const ALIASES: readonly Alias[] = [
  { words: ["--help"], means: ["help"] },
  { words: ["-h"], means: ["help"] },
  { words: ["--version"], means: ["version"] },
  { words: ["-v"], means: ["version"] },
  { words: ["sys", "shell"], means: ["shell"] },
  { words: ["sys", "config"], means: ["config", "edit"] },
  { words: ["sys", "agents"], means: ["agents"] },
  { words: ["sys", "version"], means: ["version"] },
  { words: ["sys", "help"], means: ["help"] },
  { words: ["sys", "init"], means: ["image", "build"] },
  { words: ["sys", "rebuild"], means: ["image", "build", "--no-cache"] },
];

/** Replaces an alias at the start of the words by what it means. */
export function expandAlias(words: readonly string[]): readonly string[] {
  const alias = ALIASES.find((each) => startsWith(words, each.words));
  return alias === undefined ? words : [...alias.means, ...words.slice(alias.words.length)];
}

/** The aliases of one command, as full command lines. */
export function aliasesOf(path: readonly string[]): string[] {
  return ALIASES
    .filter(({ means }) => startsWith(means, path))
    .map(({ words, means }) => {
      const added = means.slice(path.length).join(" ");
      return `ct ${words.join(" ")}${added && ` (adds ${added})`}`;
    });
}

export function startsWith(words: readonly string[], start: readonly string[]): boolean {
  return start.every((word, i) => words[i] === word);
}
