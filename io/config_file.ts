/**
 * config.toml on disk: made from the template at first use, read, changed one key at a time
 * (spec/construct-cli.md 2.1 and 3.2). What it means is core/model/config.ts.
 */
import { dirname, join } from "@std/path";
import type { Client, ConfigFinding } from "../core/client.ts";
import { AppError } from "../core/errors.ts";
import { formatFinding, type ReadConfig, readConfig } from "../core/model/config.ts";
import { findKey, unknownKey } from "../core/model/config_check.ts";
import type { Notes } from "../core/ports.ts";
import { createAtomic, writeAtomic } from "./atomic_file.ts";
import { openEditor } from "./editor.ts";
import type { Environment } from "./paths.ts";

/** All of the client's `config.*`, and `load` for whoever makes plans. */
export interface ConfigFile extends Readonly<Client["config"]> {
  /** Reads the file. Errors are among the findings: ask `requireValid` before using the config. */
  load(): Promise<ReadConfig>;
}

export interface ConfigFileOptions {
  /** Absolute; `configFolder` of paths.ts knows it. */
  folder: string;
  notes: Pick<Notes, "debug">;
  /** For the user's editor. */
  env?: Environment;
}

/** Somebody else's change while we made ours: this often we begin again. */
const ATTEMPTS = 5;

/** Touches nothing until the first call. */
export function createConfigFile({ folder, notes, env }: ConfigFileOptions): ConfigFile {
  const path = join(folder, "config.toml");

  async function read(): Promise<string> {
    const text = await readText(path);
    if (text !== undefined) return text;
    if (await createFirst(path)) notes.debug(`wrote ${path}`);
    // Another terminal may have been first: what counts is what is there now.
    const written = await readText(path);
    if (written !== undefined) return written;
    throw new AppError("invalid", `Cannot read ${path}: it is a link to a file that is not there`, {
      hint: `Make that file, or remove the link: rm ${path}`,
    });
  }

  async function load(): Promise<ReadConfig> {
    return readConfig(await read());
  }

  async function check(): Promise<ConfigFinding[]> {
    return (await load()).findings;
  }

  return {
    path: () => path,
    load,
    check,

    async get(key) {
      const { viewConfig } = await import("../core/model/config_view.ts");
      return viewConfig((await load()).values, key);
    },

    async set(key, value) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const text = await read();
        const changed = await change(text, key, value, path);
        if (text === changed) return;
        if (await read() === text) return await replace(path, changed);
      }
      throw new AppError("conflict", `Cannot set ${key}: others keep changing ${path}`, {
        hint: "Run the command again",
      });
    },

    async edit() {
      await read();
      await openEditor(path, env ?? Deno.env.toObject());
      return await check();
    },
  };
}

/** True when the file is new and ours. */
async function createFirst(path: string): Promise<boolean> {
  const { configTemplate } = await import("../core/model/config_template.ts");
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await createAtomic(path, configTemplate(), { mode: 0o600 });
  } catch (error) {
    throw toAppError("write", path, error);
  }
}

/** The text with the key set, proven to be no worse than it was. */
async function change(text: string, key: string, typed: string, file: string): Promise<string> {
  // Loaded here: the editor is large, and every run loads this file.
  const [{ parseValue }, { setKey }, { formatKey, parseKey }] = await Promise.all([
    import("../core/model/config_value.ts"),
    import("../core/model/toml_edit.ts"),
    import("../core/model/toml_key.ts"),
  ]);
  const path = parseKey(key);
  const record = path && findKey(path);
  if (path === undefined || record === undefined) {
    throw new AppError("notFound", `Cannot set ${key}: it ${unknownKey(path ?? [key])}`, {
      hint: "Run `ct config get` to see all keys",
    });
  }
  const changed = await setKey(text, formatKey(path), parseValue(record, key, typed));
  const known = new Set(errorsOf(readConfig(text)).map((error) => error.key));
  const [worse] = errorsOf(readConfig(changed)).filter((error) => !known.has(error.key));
  if (worse === undefined) return changed;
  throw new AppError("invalid", `Cannot set ${key}: then ${formatFinding(worse, file)}`, {
    hint: "Run `ct config edit`",
  });
}

function errorsOf({ findings }: ReadConfig): ConfigFinding[] {
  return findings.filter(({ level }) => level === "error");
}

/** Keeps the mode, and a link: dotfiles live elsewhere. */
async function replace(path: string, text: string): Promise<void> {
  try {
    const target = await Deno.realPath(path);
    const { mode } = await Deno.stat(target);
    await writeAtomic(target, text, { mode: (mode ?? 0o600) & 0o777 });
  } catch (error) {
    throw toAppError("write", path, error);
  }
}

/** Undefined when there is no file. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      await Deno.readFile(path),
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw toAppError("read", path, error);
  }
}

function toAppError(verb: string, path: string, cause: unknown): unknown {
  if (cause instanceof TypeError) {
    return new AppError("invalid", `Cannot ${verb} ${path}: it is not UTF-8`, { cause });
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return new AppError("denied", `Cannot ${verb} ${path}: the system does not let us`, {
      hint: `Run \`ls -ld ${dirname(path)} ${path}\` to see whose it is`,
      cause,
    });
  }
  if (!(cause instanceof Error)) return cause;
  return new AppError("unavailable", `Cannot ${verb} ${path}: ${cause.message}`, { cause });
}
