/**
 * What help, completion and the docs know about a command. Types and two words for a field only:
 * the hot commands are described with this too, so nothing here may load a package.
 */

/** A kind of name that can be listed while the user is typing. */
export type NameKind =
  | "agents"
  | "boxes"
  | "commands"
  | "config-keys"
  | "engines"
  | "files"
  | "images"
  | "networks";

/** What the schema of an argument cannot say itself. */
export interface ArgMeta {
  /** Place among the positional arguments; without it the argument is a flag. */
  positional?: number;
  /** One letter: `-q`. */
  short?: string;
  complete?: NameKind;
  /** The last positional argument takes all words that are left. */
  rest?: boolean;
  /** What help calls the value of a flag; `value` when nothing is said. */
  value?: string;
}

export interface Field {
  /** As the user types it: `noCache` is `no-cache`. */
  flag: string;
  key: string;
  text: string;
  kind: "switch" | "value" | "list";
  choices: readonly string[];
  isOptional: boolean;
  /** What the command sees when the user says nothing. */
  fallback: unknown;
  meta: ArgMeta;
}

export interface CommandRecord {
  path: readonly string[];
  /** Capital first letter, no period. */
  summary: string;
  flags: readonly Field[];
  positionals: readonly Field[];
  /** Full command lines; a test parses every one. */
  examples: readonly string[];
}

/** How messages and help name an argument. */
export function label(field: Field): string {
  const { flag, isOptional, meta } = field;
  if (meta.positional === undefined) return `--${flagWord(field)}`;
  const word = meta.rest ? `${flag}…` : flag;
  return isOptional ? `[${word}]` : `<${word}>`;
}

/** A switch that is on by default is only useful to switch off. */
export function flagWord({ flag, kind, fallback }: Field): string {
  return kind === "switch" && fallback === true ? `no-${flag}` : flag;
}
