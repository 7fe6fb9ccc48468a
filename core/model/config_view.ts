/**
 * The values in force, as a tree for `ct config get`: defaults, and over them what the file sets.
 * No secret leaves here: whoever asks may be a log or a screen that others see.
 */
import { AppError } from "../errors.ts";
import { findKey, isSection, type SetValue, unknownKey } from "./config_check.ts";
import type { ConfigValue } from "./config_key.ts";
import { FIXED_KEYS } from "./config_keys.ts";
import { isTable, parseKey } from "./toml_key.ts";

const MASK = "***";
/** Names of variables whose values are secrets (spec/construct-cli.md 8.9, and headers). */
const SECRET_NAME = /TOKEN|KEY|SECRET|PASSWORD|AUTH|HEADER|CREDENTIAL/i;
/** Only the name of a variable of the host, which tells nothing. */
const REFERENCE = /^(\$\{[A-Za-z_][A-Za-z0-9_]*\})+$/;

/**
 * The value of a key, or the tree of a section; all sections for the empty string. Retired keys
 * are in it only when the file sets them.
 *
 * @throws `notFound` for what is neither, or a key of a name that the user has not used.
 */
export function viewConfig(values: ReadonlyMap<string, SetValue>, key: string): unknown {
  const path = key === "" ? [] : parseKey(key);
  if (path === undefined || (path.length > 0 && findKey(path) === undefined && !isSection(path))) {
    throw new AppError("notFound", `Cannot get ${key}: it ${unknownKey(path ?? [key])}`, {
      hint: "Run `ct config get` to see all keys",
    });
  }
  let found: unknown = toTree(values);
  for (const name of path) {
    // `hasOwn`, so that no name of the user's is looked up among those that every object has.
    found = isTable(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  }
  if (found !== undefined) return found;
  throw new AppError("notFound", `Cannot get ${key}: it is not set, and has no default`, {
    hint: `Run \`ct config set\` with the key and a value`,
  });
}

function toTree(values: ReadonlyMap<string, SetValue>): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const { path, fallback, state } of FIXED_KEYS.values()) {
    if (fallback !== undefined && state.kind !== "retired") put(tree, path, fallback);
  }
  for (const { path, record, value } of values.values()) {
    put(tree, path, record.secret ? mask(path, value) : value);
  }
  return tree;
}

function put(
  tree: Record<string, unknown>,
  [name = "", ...below]: readonly string[],
  value: ConfigValue,
): void {
  if (below.length === 0) {
    tree[name] = value;
    return;
  }
  const inner = tree[name];
  const table = isTable(inner) ? inner : {};
  tree[name] = table;
  put(table, below, value);
}

function mask(path: readonly string[], value: ConfigValue): ConfigValue {
  if (typeof value === "string") return hide(path.at(-1) ?? "", value);
  if (typeof value !== "object") return value;
  return value.map((item) => {
    const [name = "", ...rest] = String(item).split("=");
    return rest.length === 0 ? name : `${name}=${hide(name, rest.join("="))}`;
  });
}

function hide(name: string, value: string): string {
  // An address can carry a password between its scheme and its host.
  const isSecret = SECRET_NAME.test(name) || /:\/\/[^/]*@/.test(value);
  return isSecret && !REFERENCE.test(value) ? MASK : value;
}
