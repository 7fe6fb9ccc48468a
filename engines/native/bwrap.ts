/** From a plan and its layout to the argv of bubblewrap. Pure: it runs nothing. */
import type { BoxPlan } from "../../core/model/box.ts";
import type { Step } from "./layout.ts";

/** launch.pl puts the number of the filter's descriptor here. */
export const FILTER_MARK = "@FILTER@";

/** Enough to find perl; the runner gives the program an environment of its own. */
export const BOX_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * @param entry what the box starts with, as its process 1.
 * @param ownNetwork false when launch.pl made the network namespace already.
 */
export function bwrapArgs(
  plan: BoxPlan,
  steps: readonly Step[],
  entry: readonly string[],
  ownNetwork: boolean,
): string[] {
  return [
    "--unshare-user",
    "--disable-userns",
    "--unshare-pid",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    ...(ownNetwork ? ["--unshare-net"] : []),
    "--uid",
    String(plan.user.uid),
    "--gid",
    String(plan.user.gid),
    "--hostname",
    plan.hostname,
    // Also for root: in a namespace that maps one user, a capability over files means nothing, and
    // one over namespaces is what we keep away. So `plan.capabilities` has no use here.
    "--cap-drop",
    "ALL",
    "--die-with-parent",
    // Without it bwrap's own process 1 waits for every background child.
    "--as-pid-1",
    "--seccomp",
    FILTER_MARK,
    "--clearenv",
    "--setenv",
    "PATH",
    BOX_PATH,
    ...steps.flatMap(stepArgs),
    "--chdir",
    plan.workdir,
    "--",
    ...entry,
  ];
}

function stepArgs(step: Step): string[] {
  switch (step.kind) {
    case "bind":
      return [step.readOnly ? "--ro-bind" : "--bind", step.source, step.target];
    case "tmpfs": {
      const size = step.sizeBytes > 0 ? ["--size", String(step.sizeBytes)] : [];
      return ["--perms", step.mode.toString(8), ...size, "--tmpfs", step.target];
    }
    case "symlink":
      return ["--symlink", step.source, step.target];
    case "proc":
      return ["--proc", step.target];
    case "dev":
      return ["--dev", step.target];
    case "hideFile":
      return ["--ro-bind", "/dev/null", step.target];
    case "hideFolder":
      return ["--tmpfs", step.target, "--remount-ro", step.target];
    case "freeze":
      // bwrap takes sources from the host; nothing below the frozen parts of /proc differs by process.
      return step.target === "/" ? ["--remount-ro", "/"] : ["--ro-bind", step.target, step.target];
  }
}
