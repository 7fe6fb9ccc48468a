/**
 * The limits of a native box: control groups of its own, where this user may make them, beside or
 * below the one that we are in, so that no box escapes a limit that holds for us. What cannot be
 * held is said, never silent.
 */
import type { BoxLimits, BoxPlan } from "../../core/model/box.ts";

export type Controller = "pids" | "memory" | "cpu";

/** Where a controller's groups are made. */
export interface Place {
  controller: Controller;
  version: 1 | 2;
  /** The folder in which the box's own group is made. */
  parent: string;
}

const CPU_PERIOD = 100_000;
const MEGABYTE = 1024 * 1024;
const REMOVE_PATIENCE_MS = 500;

/** Limits that the plan sets, and the controller that holds each. */
function wanted(limits: BoxLimits): Controller[] {
  return [
    ...(limits.pids > 0 ? ["pids" as const] : []),
    ...(limits.memoryBytes > 0 ? ["memory" as const] : []),
    ...(limits.cpus > 0 ? ["cpu" as const] : []),
  ];
}

/** From /proc/self/cgroup and /proc/self/mountinfo to the places for groups. Pure. */
export function findPlaces(cgroup: string, mountinfo: string): Place[] {
  const own = new Map<string, string>();
  for (const line of cgroup.trim().split("\n")) {
    const [, names = "", path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    for (const name of names.split(",")) own.set(name, path);
  }
  const places: Place[] = [];
  for (const line of mountinfo.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const mountPoint = before.split(" ")[4] ?? "";
    const [type, , options = ""] = after.split(" ");
    if (type === "cgroup2") {
      const path = own.get("") ?? "/";
      // A group with processes of its own, such as ours, cannot hand limits down; its parent can.
      const parent = join(mountPoint, path === "/" ? "/" : path.slice(0, path.lastIndexOf("/")));
      for (const controller of ["pids", "memory", "cpu"] as const) {
        places.push({ controller, version: 2, parent });
      }
    } else if (type === "cgroup") {
      for (const controller of ["pids", "memory", "cpu"] as const) {
        if (!options.split(",").includes(controller)) continue;
        places.push({
          controller,
          version: 1,
          parent: join(mountPoint, own.get(controller) ?? "/"),
        });
      }
    }
  }
  // A controller belongs to one version only: where the first has it, the second does not.
  return places.filter(({ controller, version }) =>
    version === 1 ||
    !places.some((other) => other.version === 1 && other.controller === controller)
  );
}

/** Folders of the box's groups, whether or not they can be made. */
export function groupsOf(plan: BoxPlan): { place: Place; folder: string }[] {
  const needed = wanted(plan.limits);
  if (needed.length === 0) return [];
  return places().filter(({ controller }) => needed.includes(controller))
    .map((place) => ({ place, folder: `${place.parent}/${plan.name}` }));
}

/** Makes the box's groups; returns the folders to join and the controllers that do hold. */
export function makeGroups(plan: BoxPlan): { join: string[]; held: Controller[] } {
  const join = new Set<string>();
  const held: Controller[] = [];
  for (const { place, folder } of groupsOf(plan)) {
    if (!makeGroup(place, folder, plan.limits)) {
      // One folder may hold several limits: those that it holds already stay.
      if (!join.has(folder)) removeGroup(folder);
      continue;
    }
    join.add(folder);
    held.push(place.controller);
  }
  return { join: [...join], held };
}

/** Removes groups; one that still has a dying process is tried again for a moment. */
export async function removeGroups(folders: readonly string[]): Promise<void> {
  const deadline = Date.now() + REMOVE_PATIENCE_MS;
  for (const folder of new Set(folders)) {
    while (!removeGroup(folder) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/**
 * Makes the kernel ready to move processes between groups, which takes it some 15 ms the first time
 * (cgroup_threadgroup_rwsem): moves us to where we are. Best started long before a box needs it.
 */
export async function hastenMoves(): Promise<void> {
  // Version 2 has no such file for the group that we are in: its `parent` is one above.
  const place = places().find(({ version }) => version === 1);
  if (place === undefined) return;
  try {
    await Deno.writeTextFile(`${place.parent}/cgroup.procs`, String(Deno.pid), { create: false });
  } catch {
    // Without it the start is slower, and nothing else.
  }
}

/**
 * How many processes a box may have where no group holds that, as a limit that its first process
 * sets for itself; undefined where that means nothing. Since Linux 5.14 the kernel counts it for
 * each user namespace; before, all of a user's processes count. Root's it never counts.
 */
export function processLimit(plan: BoxPlan, held: readonly Controller[]): number | undefined {
  if (plan.limits.pids === 0 || held.includes("pids") || Deno.uid() === 0) return undefined;
  const [major = 0, minor = 0] = Deno.osRelease().split(".").map((part) => parseInt(part));
  return major > 5 || (major === 5 && minor >= 14) ? plan.limits.pids : undefined;
}

/** One line for each limit that cannot be held. Looks only: making groups would cost every start. */
export function unmetLimits(plan: BoxPlan): string[] {
  const held = groupsOf(plan).filter(({ place }) => mayMove(place.parent))
    .map(({ place }) => place.controller);
  const why = "is not held: its control group is not writable";
  return wanted(plan.limits).filter((controller) => !held.includes(controller))
    .flatMap((controller) => {
      if (controller === "memory") return [`memory limit ${size(plan.limits.memoryBytes)} ${why}`];
      if (controller === "cpu") return [`cpu limit ${plan.limits.cpus} ${why}`];
      return processLimit(plan, held) === undefined
        ? [`process limit ${plan.limits.pids} ${why}`]
        : [];
    })
    .map((line) => `native: ${line}`);
}

/** File name and content that set each limit. */
export function settings({ controller, version }: Place, limits: BoxLimits): [string, string][] {
  const quota = String(Math.round(limits.cpus * CPU_PERIOD));
  switch (controller) {
    case "pids":
      // The client that carries the box is in the group too.
      return [["pids.max", String(limits.pids + 1)]];
    case "memory":
      return [[version === 1 ? "memory.limit_in_bytes" : "memory.max", String(limits.memoryBytes)]];
    case "cpu":
      return version === 2
        ? [["cpu.max", `${quota} ${CPU_PERIOD}`]]
        : [["cpu.cfs_period_us", String(CPU_PERIOD)], ["cpu.cfs_quota_us", quota]];
  }
}

/** True when we may put processes into groups below this one. */
function mayMove(parent: string): boolean {
  try {
    Deno.openSync(`${parent}/cgroup.procs`, { write: true }).close();
    return true;
  } catch {
    return false;
  }
}

function makeGroup(place: Place, folder: string, limits: BoxLimits): boolean {
  try {
    if (place.version === 2) {
      write(`${place.parent}/cgroup.subtree_control`, `+${place.controller}`);
      // Who may not write that file may make groups, but not move into them.
      if (!mayMove(place.parent)) return false;
    }
    Deno.mkdirSync(folder, { recursive: true });
    for (const [file, value] of settings(place, limits)) write(`${folder}/${file}`, value);
    return true;
  } catch {
    return false;
  }
}

function places(): Place[] {
  try {
    return findPlaces(
      Deno.readTextFileSync("/proc/self/cgroup"),
      Deno.readTextFileSync("/proc/self/mountinfo"),
    );
  } catch {
    return [];
  }
}

/** True when it is gone. */
function removeGroup(folder: string): boolean {
  try {
    Deno.removeSync(folder);
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

function write(path: string, text: string): void {
  Deno.writeTextFileSync(path, text, { create: false });
}

function join(mountPoint: string, path: string): string {
  return `${mountPoint}${path}`.replace(/\/+$/, "");
}

function size(bytes: number): string {
  return bytes >= 1024 * MEGABYTE
    ? `${Number((bytes / (1024 * MEGABYTE)).toFixed(1))} GiB`
    : `${Number((bytes / MEGABYTE).toFixed(1))} MiB`;
}
