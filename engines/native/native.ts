/**
 * The built-in engine: boxes made of Linux namespaces, with nothing to install but bubblewrap or
 * util-linux. Joins the pieces of this folder; what a box may see and call is layout.ts and
 * seccomp.ts. It has no images, and no daemon: a box lives as long as the process that started it.
 */
import { AppError } from "../../core/errors.ts";
import type { BoxInfo, BoxPlan } from "../../core/model/box.ts";
import type { BoxClient, Cancellable, ClientExit, Engine, Notes, Stdio } from "../../core/ports.ts";
import { type KnownBox } from "./boxes.ts";
import * as boxes from "./boxes.ts";
import { bwrapArgs } from "./bwrap.ts";
import { explainFailure } from "./explain.ts";
import { boxFiles, keepFile, writeBoxFiles } from "./files.ts";
import { hostFacts, refuseLinks } from "./host.ts";
import { layout } from "./layout.ts";
import { groupsOf, makeGroups, processLimit, removeGroups, unmetLimits } from "./limits.ts";
import { usableHelpers } from "./network.ts";
import { encode, filter } from "./seccomp.ts";
import { archOf, callArgs } from "./syscalls.ts";
import { rememberTerminal } from "./terminal.ts";
import * as tools from "./tools.ts";
import { stepList, unshareArgs } from "./unshare.ts";

export interface NativeOptions {
  /** Private to this engine; no box may see it. */
  stateFolder: string;
  /** Text of a template, by its name below templates/. */
  templates: (name: string) => string;
  notes: Notes;
  /** Which way to make walls; the best one here when left out. For tests. */
  walls?: tools.Walls;
  /** Which network helpers may be used; all when left out. For tests. */
  helpers?: readonly string[];
}

const TERM_PATIENCE_MS = 2000;
const KILL_PATIENCE_MS = 1000;
const START_PATIENCE_MS = 2000;

/** The engine over this machine. Nothing is asked of the machine before a box is wanted. */
export function createNative(options: NativeOptions): Engine {
  const base = options.stateFolder;
  // Why boxes of ours failed, kept for `explain`: their folders are gone by then.
  const troubles = new Map<string, string>();

  return {
    name: "native",
    hasImages: false,
    unmet: unmetLimits,
    argv(plan) {
      const found = tools.findTools();
      const steps = layout(plan, hostFacts(), boxFiles(boxes.boxFolder(base, plan.name), plan));
      const args = bwrapArgs(plan, steps, plan.entry, plan.network === "none");
      return [found.bwrap ?? "bwrap", ...args];
    },
    async run(plan, stdio, { signal }) {
      signal.throwIfAborted();
      const argv = await prepare(base, plan, options, { signal });
      const terminal = plan.tty ? rememberTerminal() : undefined;
      const child = spawn(argv, plan, stdio);
      return {
        ...toClient(child),
        exited: child.status.then(async ({ code, signal }): Promise<ClientExit> => {
          terminal?.takeBack();
          const folder = boxes.boxFolder(base, plan.name);
          troubles.set(plan.name, boxes.readTrouble(folder));
          await sweep(base, plan.name);
          return { code, signal: signal ?? undefined };
        }),
      };
    },
    async proveOffline(name, { signal }) {
      const pid = await findInit(base, name, signal);
      const found = boxes.interfacesOf(pid);
      if (found?.length === 1 && found[0] === "lo" && !boxes.sharesOurNetwork(pid)) return;
      throw new AppError("denied", `Cannot prove that box "${name}" is offline`, {
        hint: "Run it with a container engine: --ct-engine docker",
        details: { interfaces: found ?? [] },
      });
    },
    explain(plan, exit, { signal }) {
      return explainFailure(plan, exit, troubles.get(plan.name) ?? "", { signal });
    },
    async list(owner, { signal }) {
      const infos: BoxInfo[] = [];
      for (const box of boxes.readBoxes(base)) {
        signal.throwIfAborted();
        if (!boxes.isLive(box)) await remove(box);
        else if (boxes.isOwnedBy(box, owner)) infos.push(boxes.toInfo(box));
      }
      return infos;
    },
    stop: (name, { signal }) => stop(base, name, signal),
    remove: (name, { signal }) => stop(base, name, signal),
    images: {
      has: () => Promise.resolve(true),
      build: noImages,
      list: noImages,
      remove: noImages,
    },
    store(name) {
      const source = `${base}/stores/${name}`;
      Deno.mkdirSync(source, { recursive: true, mode: 0o700 });
      return Promise.resolve({ kind: "bind", source });
    },
  };
}

/** Everything up to the spawn: checks, files, groups. Returns the whole argv of the client. */
async function prepare(
  base: string,
  plan: BoxPlan,
  options: NativeOptions,
  cancel: Cancellable,
): Promise<string[]> {
  refuse(plan);
  const found = tools.findTools();
  if (found.perl === undefined) throw tools.noPerl();
  const arch = archOf(Deno.build.arch);
  const helpers = plan.network === "open" ? usableHelpers(found, options.helpers) : [];
  Deno.mkdirSync(base, { recursive: true, mode: 0o700 });
  const keepText = (name: string) =>
    keepFile(base, name, new TextEncoder().encode(options.templates(`native/${name}`)));
  const [way, launcher, walls, filterFile] = await Promise.all([
    tools.chooseWalls(found, options.walls, `${base}/bwrap`, cancel),
    keepText("launch.pl"),
    keepText("walls.pl"),
    keepFile(base, "filter", encode(filter(arch))),
  ]);

  const folder = boxes.boxFolder(base, plan.name);
  boxes.writeBox(folder, boxes.recordOf(plan, groupsOf(plan).map((group) => group.folder)));
  const groups = makeGroups(plan);
  const own = boxFiles(folder, plan);
  writeBoxFiles(own, plan);
  const steps = layout(plan, hostFacts(), own);
  const entry = limited(plan.entry, processLimit(plan, groups.held));
  const calls = callArgs(arch);
  const ownNetwork = plan.network === "none";
  if (way.name === "unshare") Deno.writeTextFileSync(`${folder}/steps`, stepList(steps));
  const program = way.name === "bwrap" ? bwrapArgs(plan, steps, entry, ownNetwork) : unshareArgs(
    plan,
    { perl: found.perl, script: walls, folder, filter: filterFile, calls },
    entry,
    ownNetwork,
  );
  options.notes.debug(`native: walls by ${way.name}`);
  return [
    found.perl,
    launcher,
    ...calls,
    `--parent=${Deno.pid}`,
    `--folder=${folder}`,
    ...groups.join.map((group) => `--cgroup=${group}`),
    ...(way.name === "bwrap" ? [`--filter=${filterFile}`] : []),
    ...helpers.map(({ name, path }) => `--helper=${name}=${path}`),
    "--",
    way.path,
    ...program,
  ];
}

function refuse(plan: BoxPlan): void {
  if (plan.mayGainPrivileges) {
    throw new AppError("unavailable", "Cannot give sudo to a native box: it has one user", {
      hint: "sandbox.sudo needs a container engine: --ct-engine docker",
    });
  }
  const volume = plan.mounts.find(({ kind }) => kind === "volume");
  if (volume !== undefined) {
    throw new AppError("unavailable", `Cannot mount volume ${volume.source}: native has none`);
  }
  refuseLinks(plan);
}

/** The limit is set in the box, because it counts by user namespace. */
function limited(entry: readonly string[], processes: number | undefined): readonly string[] {
  if (processes === undefined) return entry;
  return ["/usr/bin/prlimit", `--nproc=${processes}`, "--", ...entry];
}

function spawn([program = "", ...args]: string[], plan: BoxPlan, stdio: Stdio): Deno.ChildProcess {
  return new Deno.Command(program, {
    args,
    ...stdio,
    cwd: "/",
    clearEnv: true,
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    // Without a terminal of its own a box must not have ours: a new session has none.
    detached: !plan.tty,
  }).spawn();
}

function toClient(child: Deno.ChildProcess): Omit<BoxClient, "exited"> {
  return {
    pid: child.pid,
    stdin: stream(() => child.stdin),
    stdout: stream(() => child.stdout),
    stderr: stream(() => child.stderr),
    kill() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
    },
  };
}

/** Deno throws for a stream that was not asked for. */
function stream<Stream>(get: () => Stream): Stream | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

async function findInit(base: string, name: string, signal: AbortSignal): Promise<number> {
  const deadline = Date.now() + START_PATIENCE_MS;
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    const box = boxes.readBox(base, name);
    if (box === undefined || !boxes.isLive(box)) break;
    const pid = box.client === undefined ? undefined : boxes.initOf(box.client);
    if (pid !== undefined) return pid;
    await pause(1);
  }
  throw new AppError("notFound", `Cannot look into box "${name}": it does not run`, {
    hint: "Run `ct box list`",
  });
}

async function stop(base: string, name: string, signal: AbortSignal): Promise<void> {
  const box = boxes.readBox(base, name);
  if (box === undefined) return;
  const { client } = box;
  if (client !== undefined && boxes.isAlive(client)) {
    const init = boxes.initOf(client);
    if (init !== undefined) send(init, "SIGTERM");
    await gone(box, init === undefined ? 0 : TERM_PATIENCE_MS, signal);
    if (boxes.isAlive(client)) send(client.pid, "SIGKILL");
    await gone(box, KILL_PATIENCE_MS, signal);
  }
  await remove(box);
}

async function gone({ client }: KnownBox, ms: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + ms;
  while (client !== undefined && boxes.isAlive(client) && Date.now() < deadline) {
    signal.throwIfAborted();
    await pause(2);
  }
}

async function sweep(base: string, name: string): Promise<void> {
  const box = boxes.readBox(base, name);
  if (box !== undefined) await remove(box);
}

async function remove({ folder, record }: KnownBox): Promise<void> {
  await removeGroups(record.cgroups);
  await Deno.remove(folder, { recursive: true }).catch(() => {});
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function noImages(): Promise<never> {
  return Promise.reject(
    new AppError("unavailable", "Cannot work on images: the native engine has no images", {
      hint: "Use a container engine: --ct-engine docker",
    }),
  );
}
