/**
 * One key of config.toml: what may stand there and what it means. The keys themselves are in
 * config_keys.ts; nothing here knows one of them by name.
 */

/** As it stands in the file, once checked. */
export type ConfigValue = boolean | number | string | readonly string[] | readonly number[];

/** `form` finishes the sentence "must be …" and `fits` decides; both or none. */
interface Form {
  form?: string;
  fits?: (text: string) => boolean;
}

export type ConfigType =
  | { kind: "bool" }
  | { kind: "int"; min?: number }
  | { kind: "number"; min?: number }
  | ({ kind: "string" } & Form)
  | ({ kind: "strings" } & Form)
  | { kind: "ints"; min?: number; max?: number }
  /** Words in any case; `aliases` are older spellings of a choice. */
  | { kind: "enum"; choices: readonly string[]; aliases?: Readonly<Record<string, string>> };

export type KeyState =
  | { kind: "active" }
  /** `level` is how loudly a value of the user's is answered. */
  | { kind: "notBuilt"; waitsFor: string; level: "note" | "warning" }
  | { kind: "retired"; instead: string };

export interface ConfigKey {
  /** Dotted. A segment in angle brackets, `<agent>`, stands for a name that the user chooses. */
  key: string;
  path: readonly string[];
  type: ConfigType;
  /** Undefined for a key below a name of the user's: such a key has no value until one is set. */
  fallback: ConfigValue | undefined;
  /** One sentence, or two. */
  text: string;
  state: KeyState;
  /** True when the value may be, or hold, a secret; messages never repeat it. */
  secret: boolean;
}

export function isFree(segment: string): boolean {
  return segment.startsWith("<");
}

/** The type in words, for messages ("must be …") and for the docs. */
export function describeType(type: ConfigType): string {
  switch (type.kind) {
    case "bool":
      return "true or false";
    case "int":
      return type.min === undefined ? "a whole number" : `a whole number, ${type.min} or more`;
    case "number":
      return type.min === undefined ? "a number" : `a number, ${type.min} or more`;
    case "string":
      return type.form ?? "a text in quotes";
    case "strings":
      return type.form === undefined
        ? 'a list of texts, such as ["a", "b"]'
        : `a list of ${type.form}`;
    case "ints":
      return "a list of whole numbers" +
        (type.max === undefined ? "" : ` from ${type.min ?? 0} to ${type.max}`);
    case "enum":
      return listWords(type.choices.map((choice) => `"${choice}"`));
  }
}

function listWords(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

/** The value as we use it, or undefined when `type` does not allow it. */
export function acceptValue(type: ConfigType, value: unknown): ConfigValue | undefined {
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean" ? value : undefined;
    case "int":
      return isNumber(value, type.min) && Number.isSafeInteger(value) ? value : undefined;
    case "number":
      return isNumber(value, type.min) ? value : undefined;
    case "string":
      return typeof value === "string" && fits(type, value) ? value : undefined;
    case "strings":
      return isListOf(value, (item) => typeof item === "string" && fits(type, item));
    case "ints":
      return isListOf(
        value,
        (item): item is number =>
          isNumber(item, type.min) && Number.isSafeInteger(item) && item <= (type.max ?? Infinity),
      );
    case "enum": {
      // A bare `true` is what people write where "true" is an older spelling of a choice.
      if (typeof value !== "string" && typeof value !== "boolean") return undefined;
      const word = String(value).toLowerCase();
      const choice = type.aliases?.[word] ?? word;
      return type.choices.includes(choice) ? choice : undefined;
    }
  }
}

function isNumber(value: unknown, min = -Infinity): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= min;
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): T[] | undefined;
function isListOf(value: unknown, isItem: (item: unknown) => boolean): string[] | undefined;
function isListOf(value: unknown, isItem: (item: unknown) => boolean): unknown[] | undefined {
  return Array.isArray(value) && value.every(isItem) ? value : undefined;
}

function fits({ fits }: Form, text: string): boolean {
  // A control character has no business in a name or path, and could forge a line of output.
  // deno-lint-ignore no-control-regex
  return !/[\u0000-\u001f\u007f]/.test(text) && (fits?.(text) ?? true);
}

export function sameValue(a: ConfigValue | undefined, b: ConfigValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
