/**
 * Gathers what a run needs to know about this machine (core/model/host.ts). Reads only; whatever is
 * not there is undefined, because a run must not fail for a missing git.
 */
import { dirname } from "@std/path";
import { AppError } from "../core/errors.ts";
import type { GitIdentity, Variables } from "../core/model/environment.ts";
import type { HostFacts, ProjectFolder } from "../core/model/host.ts";
import { contains } from "../core/model/mounts.ts";

/** Where distributions keep the bundle; the user's own variables come first. */
const CA_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

export async function readHost(env: Variables): Promise<HostFacts> {
  const [caBundle, home] = await Promise.all([
    firstFile([env["SSL_CERT_FILE"], env["NODE_EXTRA_CA_CERTS"], ...CA_BUNDLES]),
    realHome(env["HOME"] ?? "/root"),
  ]);
  const uid = Deno.uid() ?? 0;
  return {
    user: { uid, gid: Deno.gid() ?? 0 },
    home,
    memoryBytes: Deno.systemMemoryInfo().total,
    processor: Deno.build.arch,
    env,
    timeZone: readTimeZone(),
    caBundle,
    selinux: exists("/sys/fs/selinux/enforce"),
    engineSockets: engineSockets(env, home, uid),
    stdinIsDevice: isDevice("/dev/stdin"),
    terminal: { stdin: Deno.stdin.isTerminal(), stdout: Deno.stdout.isTerminal() },
  };
}

/**
 * The project around `cwd`: a registered one, else the nearest folder above with `.git`, else `cwd`
 * itself. A home folder that is a repository is not a project.
 */
export async function findProject(
  cwd: string,
  registered: readonly string[],
  home: string,
): Promise<ProjectFolder> {
  const real = await Deno.realPath(cwd);
  const [known] = registered.filter((path) => contains(path, real))
    .sort((a, b) => b.length - a.length);
  if (known !== undefined) return { root: known, cwd: real };
  for (let folder = real; !contains(folder, home); folder = dirname(folder)) {
    if (exists(`${folder}/.git`)) return { root: folder, cwd: real };
  }
  return { root: real, cwd: real };
}

/** Asks the host's git; without one nobody is known to commit. */
export async function readGitIdentity(cwd: string): Promise<GitIdentity> {
  try {
    const { stdout } = await new Deno.Command("git", {
      args: ["config", "--null", "--get-regexp", "^user\\.(name|email)$"],
      cwd,
      stderr: "null",
    }).output();
    const entries = new TextDecoder().decode(stdout).split("\0").filter(Boolean);
    // A later file of git's wins over an earlier one, as in git itself.
    return Object.fromEntries(entries.map((entry) => {
      const [key = "", ...value] = entry.split("\n");
      return [key.slice("user.".length), value.join("\n")];
    }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

async function realHome(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new AppError("usage", `Cannot find your home: HOME is "${path}", which is not there`, {
      hint: "Set HOME to a folder that exists",
      cause,
    });
  }
}

function readTimeZone(): string | undefined {
  try {
    return /zoneinfo\/(.+)$/.exec(Deno.readLinkSync("/etc/localtime"))?.[1];
  } catch {
    // No link means no name for the zone; the box then stays at UTC.
    return undefined;
  }
}

/** Real paths: what is asked for as a mount has its links resolved, too. */
function engineSockets(env: Variables, home: string, uid: number): string[] {
  const runtime = env["XDG_RUNTIME_DIR"] ?? `/run/user/${uid}`;
  const asked = /^unix:\/\/(.+)$/.exec(env["DOCKER_HOST"] ?? "")?.[1];
  return [
    asked,
    "/run/docker.sock",
    "/run/podman/podman.sock",
    "/run/containerd/containerd.sock",
    `${runtime}/docker.sock`,
    `${runtime}/podman/podman.sock`,
    `${home}/.docker/run/docker.sock`,
    `${home}/.colima/default/docker.sock`,
  ].filter((path): path is string => path !== undefined && exists(path))
    .map((path) => Deno.realPathSync(path));
}

async function firstFile(paths: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const path of paths) {
    if (path !== undefined && exists(path)) return await Deno.realPath(path);
  }
  return undefined;
}

function isDevice(path: string): boolean {
  try {
    return Deno.statSync(path).isCharDevice === true;
  } catch {
    // A closed stdin has nothing to lose, but nothing says so: better not to repeat.
    return false;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    // Not there, or not ours to see: either way of no use.
    return false;
  }
}
