/**
 * From a plan and its layout to the argv of unshare(1) and the list that walls.pl works off. The
 * same walls as bwrap.ts, for hosts without bubblewrap. Pure: it runs nothing.
 */
import type { BoxPlan } from "../../core/model/box.ts";
import type { Step } from "./layout.ts";

export interface WallsFiles {
  perl: string;
  /** walls.pl on the host. */
  script: string;
  /** Folder of the box: `steps`, `root`, `trouble`. */
  folder: string;
  filter: string;
  /** `--call=` arguments. */
  calls: readonly string[];
}

export function unshareArgs(
  plan: BoxPlan,
  files: WallsFiles,
  entry: readonly string[],
  ownNetwork: boolean,
): string[] {
  return [
    "--user",
    `--map-user=${plan.user.uid}`,
    `--map-group=${plan.user.gid}`,
    // walls.pl needs them for mounting, whatever uid it has; it drops them all.
    "--keep-caps",
    "--mount",
    "--pid",
    "--ipc",
    "--uts",
    "--cgroup",
    ...(ownNetwork ? ["--net"] : []),
    "--fork",
    "--kill-child=KILL",
    "--",
    files.perl,
    files.script,
    ...files.calls,
    `--folder=${files.folder}`,
    `--hostname=${plan.hostname}`,
    `--workdir=${plan.workdir}`,
    `--filter=${files.filter}`,
    ...(ownNetwork ? ["--loopback"] : []),
    "--",
    ...entry,
  ];
}

/** Five words a step, each ending in NUL: kind, target, source, mode, size. */
export function stepList(steps: readonly Step[]): string {
  return steps.map((step) => `${words(step).join("\0")}\0`).join("");
}

function words(step: Step): [string, string, string, string, string] {
  switch (step.kind) {
    case "bind":
      return [step.readOnly ? "read" : "write", step.target, step.source, "", ""];
    case "tmpfs":
      return [step.kind, step.target, "", String(step.mode), String(step.sizeBytes)];
    case "symlink":
      return [step.kind, step.target, step.source, "", ""];
    case "freeze":
      return [step.target === "/" ? "freezeRoot" : "freeze", step.target, "", "", ""];
    default:
      return [step.kind, step.target, "", "", ""];
  }
}
