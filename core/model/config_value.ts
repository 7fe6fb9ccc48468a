/** What a user's words mean as the value of a key: `ct config set` has no quotes or brackets. Pure. */
import { parse, TomlError } from "@std/toml";
import { AppError } from "../errors.ts";
import { refusal } from "./config_check.ts";
import { acceptValue, type ConfigKey, type ConfigType, type ConfigValue } from "./config_key.ts";

/**
 * `true`, `4096`, `a,b` or `["a", "b"]`, and any text without quotes where a text is wanted.
 *
 * @param key as the user spelled it, for the message
 * @throws `invalid` with what the key allows.
 */
export function parseValue(record: ConfigKey, key: string, typed: string): ConfigValue {
  const value = acceptValue(record.type, toRaw(record.type, typed));
  if (value !== undefined) return value;
  throw new AppError("invalid", `Cannot set ${key}: it ${refusal(record, typed)}`, {
    hint: "Run `ct config set --help`",
  });
}

function toRaw({ kind }: ConfigType, typed: string): unknown {
  const words = typed.trim();
  if (kind === "string" || kind === "enum") return unquoted(words) ?? typed;
  if ((kind !== "strings" && kind !== "ints") || words.startsWith("[")) return readValue(words);
  const items = words === "" ? [] : words.split(",").map((item) => item.trim());
  return kind === "strings" ? items : items.map(readValue);
}

/** `"a"` means a, as in the file; a quote alone is part of the text. */
function unquoted(words: string): string | undefined {
  const value = /^(".*"|'.*')$/s.test(words) ? readValue(words) : undefined;
  return typeof value === "string" ? value : undefined;
}

function readValue(words: string): unknown {
  try {
    // In a list, so that a line break cannot end the value and begin a key.
    const { v, ...others } = parse(`v = [${words}\n]`);
    const isAlone = Array.isArray(v) && v.length === 1 && Object.keys(others).length === 0;
    return isAlone ? v[0] : undefined;
  } catch (error) {
    if (error instanceof TomlError) return undefined;
    throw error;
  }
}
