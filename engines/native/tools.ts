/**
 * Which of the host's programs a native box can be made with. Only looks for files, except for
 * bwrap's version: before 0.8.0 it could not shut the door to further user namespaces.
 */
import { AppError } from "../../core/errors.ts";
import type { Cancellable } from "../../core/ports.ts";

export type Walls = "bwrap" | "unshare";

export interface Tools {
  perl: string | undefined;
  bwrap: string | undefined;
  unshare: string | undefined;
  /** Network helpers in the order in which they are tried. */
  helpers: readonly { name: "slirp4netns" | "pasta"; path: string }[];
}

const FOLDERS = ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"];

/** slirp4netns first: it says itself when it is ready, and shuts itself in. */
const HELPERS = ["slirp4netns", "pasta"] as const;

/** The runner is started by this name in the box, where of the system only /usr is seen. */
export const PERL = "/usr/bin/perl";

export function findTools(): Tools {
  return {
    perl: isFile(PERL) ? PERL : undefined,
    bwrap: find("bwrap"),
    unshare: find("unshare"),
    helpers: HELPERS.flatMap((name) => {
      const path = find(name);
      return path === undefined ? [] : [{ name, path }];
    }),
  };
}

/**
 * The version of bubblewrap, "0.8.0"; undefined when it does not say. `memory` is a file that
 * keeps the answer as long as the program stays the same one.
 */
export async function bwrapVersion(
  path: string,
  memory: string | undefined,
  { signal }: Cancellable,
): Promise<string | undefined> {
  const { mtime, size, ino } = Deno.statSync(path);
  const key = `${path} ${mtime?.getTime()} ${size} ${ino}`;
  const known = memory === undefined ? [] : readLines(memory);
  if (known[0] === key && known[1] !== undefined) return known[1];
  const { stdout } = await new Deno.Command(path, {
    args: ["--version"],
    stdin: "null",
    stderr: "null",
    signal,
  }).output();
  const version = /\d+(\.\d+)+/.exec(new TextDecoder().decode(stdout))?.[0];
  if (memory !== undefined && version !== undefined) {
    Deno.writeTextFileSync(memory, `${key}\n${version}\n`, { mode: 0o600 });
  }
  return version;
}

/**
 * How walls are made here: by bubblewrap, or by unshare where there is none that is new enough.
 *
 * @throws `unavailable` when neither is here.
 */
export async function chooseWalls(
  { bwrap, unshare }: Tools,
  forced: Walls | undefined,
  memory: string,
  cancel: Cancellable,
): Promise<{ name: Walls; path: string }> {
  if (bwrap !== undefined && forced !== "unshare") {
    const version = await bwrapVersion(bwrap, memory, cancel);
    if (canCloseNamespaces(version)) return { name: "bwrap", path: bwrap };
  }
  if (unshare !== undefined && forced !== "bwrap") return { name: "unshare", path: unshare };
  throw noWalls();
}

/** True from 0.8.0 on, which brought --disable-userns. */
export function canCloseNamespaces(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  return major > 0 || minor >= 8;
}

export function noWalls(): AppError {
  return new AppError("unavailable", "Cannot make a native box: no bubblewrap, no unshare", {
    hint: "Install bubblewrap, for example: sudo apt install bubblewrap",
  });
}

export function noPerl(): AppError {
  return new AppError("unavailable", `Cannot make a native box: ${PERL} is missing`, {
    hint: "Install perl, for example: sudo apt install perl-base",
  });
}

function find(name: string): string | undefined {
  return FOLDERS.map((folder) => `${folder}/${name}`).find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function readLines(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).split("\n");
  } catch {
    return [];
  }
}

export function isWalls(name: string): name is Walls {
  return name === "bwrap" || name === "unshare";
}
