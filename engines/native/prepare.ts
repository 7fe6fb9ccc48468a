/**
 * From a plan to a command line that can be started: checks, files, control groups. Whatever it
 * makes is named in the box's record before, so that it is found again if we are killed.
 */
import { AppError } from "../../core/errors.ts";
import type { BoxPlan } from "../../core/model/box.ts";
import type { Cancellable, Notes } from "../../core/ports.ts";
import * as boxes from "./boxes.ts";
import { bwrapArgs } from "./bwrap.ts";
import { boxFiles, keepFile, writeBoxFiles } from "./files.ts";
import { hostFacts, othersMounts, refuseLinks } from "./host.ts";
import { layout } from "./layout.ts";
import { groupsOf, makeGroups, processLimit } from "./limits.ts";
import { usableHelpers } from "./network.ts";
import { encode, filter } from "./seccomp.ts";
import { archOf, callArgs } from "./syscalls.ts";
import * as tools from "./tools.ts";
import { stepList, unshareArgs } from "./unshare.ts";

export interface NativeOptions {
  /** Private to this engine; no box may see it. */
  stateFolder: string;
  /** Text of a template, by its name below templates/. */
  templates: (name: string) => string;
  notes: Notes;
  /** Make the kernel ready for the limits of a box at once: see `hastenMoves`. */
  hasten?: boolean;
  /** Which way to make walls; the best one here when left out. For tests. */
  walls?: tools.Walls;
  /** Which of the network helpers that are here are used, in order; all when left out. For tests. */
  findHelpers?: (found: tools.Tools["helpers"]) => tools.Tools["helpers"];
}

/** Everything up to the spawn: checks, files, groups. Returns the whole argv of the client. */
export async function prepare(
  base: string,
  plan: BoxPlan,
  options: NativeOptions,
  cancel: Cancellable,
): Promise<string[]> {
  refuse(plan);
  const found = tools.findTools();
  if (found.perl === undefined) throw tools.noPerl();
  const arch = archOf(Deno.build.arch);
  const helpers = plan.network === "open"
    ? usableHelpers(options.findHelpers?.(found.helpers) ?? found.helpers)
    : [];
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
  const entry = limited(plan.entry, processLimit(plan, groups.held), way.name);
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
    ...othersMounts(plan).map(({ uid, gid, path }) => `--own=${uid}:${gid}:${path}`),
    "--",
    way.path,
    ...program,
  ];
}

/** The command line of the walls, for people: without the launcher before it, and nothing is made. */
export function commandLine(base: string, plan: BoxPlan, options: NativeOptions): string[] {
  const { bwrap, unshare } = tools.findTools();
  const folder = boxes.boxFolder(base, plan.name);
  const steps = layout(plan, hostFacts(), boxFiles(folder, plan));
  const ownNetwork = plan.network === "none";
  if (options.walls !== "unshare" && (bwrap !== undefined || unshare === undefined)) {
    return [bwrap ?? "bwrap", ...bwrapArgs(plan, steps, plan.entry, ownNetwork)];
  }
  const files = { perl: tools.PERL, script: "walls.pl", folder, filter: "filter", calls: [] };
  return [unshare ?? "unshare", ...unshareArgs(plan, files, plan.entry, ownNetwork)];
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
function limited(
  entry: readonly string[],
  processes: number | undefined,
  walls: tools.Walls,
): readonly string[] {
  if (processes === undefined) return entry;
  // unshare itself waits in the namespace that it made, and counts.
  const limit = walls === "unshare" ? processes + 1 : processes;
  return ["/usr/bin/prlimit", `--nproc=${limit}`, "--", ...entry];
}
