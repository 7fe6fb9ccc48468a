/** Which folders are ours on this machine (DESIGN 6). Only says where; makes and reads nothing. */
import { isAbsolute, resolve } from "@std/path";
import { AppError } from "../core/errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of config.toml: `CONSTRUCT_CONFIG_DIR`, else `~/.config/construct-cli`. The latter is
 * fixed by older versions (spec/construct-cli.md 3.1), whatever `XDG_CONFIG_HOME` says.
 *
 * @throws `usage` for a relative path, or without a home.
 */
export function configFolder(env: Environment): string {
  const wanted = env["CONSTRUCT_CONFIG_DIR"];
  if (wanted) return absolute(wanted, "CONSTRUCT_CONFIG_DIR");
  const home = env["HOME"];
  if (!home) {
    throw new AppError("usage", "Cannot find your settings: HOME is not set", {
      hint: "Set HOME, or CONSTRUCT_CONFIG_DIR to an absolute path",
    });
  }
  return resolve(absolute(home, "HOME"), ".config/construct-cli");
}

/**
 * The folder of everything that we keep: `--data-dir`, else `CONSTRUCT_DATA_DIR`, else the folder of
 * config.toml.
 *
 * @param flag value of `--data-dir`
 * @throws `usage` for a relative path, or without a home.
 */
export function dataFolder(env: Environment, flag?: string): string {
  if (flag !== undefined) return absolute(flag, "--data-dir");
  const wanted = env["CONSTRUCT_DATA_DIR"];
  return wanted ? absolute(wanted, "CONSTRUCT_DATA_DIR") : configFolder(env);
}

/** A relative folder would be another one in each terminal. */
function absolute(path: string, name: string): string {
  if (isAbsolute(path)) return resolve(path);
  throw new AppError("usage", `Cannot use ${name}: it is "${path}", and must be an absolute path`, {
    hint: `Set ${name} to a path that begins with /`,
  });
}
