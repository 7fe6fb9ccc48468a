/**
 * From a typed plan to the argv of `docker run` (podman takes the same). Pure: it runs nothing.
 * No value may become a flag or be split in two: each stays in the argv element of its own flag.
 * Secrets do not belong here: everybody can read argv.
 */
import { type BoxMount, type BoxPlan, LABEL } from "../core/model/box.ts";
import type { ImagePlan } from "../core/model/image.ts";

/**
 * Docker swallows the first key of this sequence until the next one is typed, and it cannot be
 * switched off. Ctrl-^ is the one that agents, shells and editors need least; Ctrl-P arrives.
 */
const DETACH_KEYS = "ctrl-^,ctrl-],ctrl-^,ctrl-]";

export function runArgs(plan: BoxPlan): string[] {
  const { limits, user } = plan;
  return [
    "run",
    "--rm",
    "--interactive",
    ...(plan.tty ? ["--tty"] : []),
    // A tag without its image must fail: the build is ours to start, with progress.
    "--pull=never",
    // What a program prints is the terminal's, and not for the engine's log.
    "--log-driver=none",
    `--detach-keys=${DETACH_KEYS}`,
    `--name=${plan.name}`,
    `--hostname=${plan.hostname}`,
    ...labelArgs(plan.labels),
    `--network=${plan.network === "open" ? "bridge" : "none"}`,
    `--user=${user.uid}:${user.gid}`,
    `--workdir=${plan.workdir}`,
    "--cap-drop=ALL",
    ...plan.capabilities.map((name) => `--cap-add=${name}`),
    ...(plan.mayGainPrivileges ? [] : ["--security-opt=no-new-privileges"]),
    ...(limits.pids > 0 ? [`--pids-limit=${limits.pids}`] : []),
    // Without a swap limit of the same size the memory limit is only a hint.
    ...(limits.memoryBytes > 0
      ? [`--memory=${limits.memoryBytes}`, `--memory-swap=${limits.memoryBytes}`]
      : []),
    ...(limits.cpus > 0 ? [`--cpus=${limits.cpus}`] : []),
    ...plan.mounts.flatMap((mount) => mountArgs(mount, plan.relabel)),
    "--entrypoint=/usr/bin/tini",
    plan.image,
    "--",
    ...plan.entry,
  ];
}

/** Only `--volume` can relabel, and it cannot carry a colon; everything else takes `--mount`. */
function mountArgs(mount: BoxMount, relabel: boolean): string[] {
  const { kind, source, target, readOnly } = mount;
  if (relabel && kind === "bind" && !source.includes(":") && !target.includes(":")) {
    return [`--volume=${source}:${target}:${readOnly ? "ro," : ""}z`];
  }
  const fields = [`type=${kind}`, `source=${source}`, `target=${target}`];
  if (readOnly) fields.push("readonly");
  return [`--mount=${fields.map(csvField).join(",")}`];
}

/** The engine reads the value as one line of CSV. */
function csvField(field: string): string {
  return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function labelArgs(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([name, value]) => `--label=${name}=${value}`);
}

/** `folder` holds the plan's files. */
export function buildArgs(plan: ImagePlan, folder: string): string[] {
  return [
    "build",
    `--tag=${plan.reference}`,
    ...labelArgs(plan.labels),
    ...Object.entries(plan.buildArgs).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...(plan.network === undefined ? [] : [`--network=${plan.network}`]),
    ...(plan.noCache ? ["--no-cache"] : []),
    "--",
    folder,
  ];
}

/**
 * Both lists print ids only: labels and names are read from `inspect`, which cannot be misread. A
 * container that somebody made by hand from our image has the image's labels, but no owner.
 */
export function listArgs(owner: string): string[] {
  const ours = [`${LABEL.id}=${owner}`, LABEL.ownerPid];
  return ["ps", "--all", "--quiet", "--no-trunc", ...ours.map((it) => `--filter=label=${it}`)];
}

export function listImagesArgs(owner: string): string[] {
  return ["images", "--quiet", "--no-trunc", `--filter=label=${LABEL.id}=${owner}`];
}

/** One JSON array of everything about the named objects. */
export function inspectArgs(kind: "container" | "image", names: readonly string[]): string[] {
  return ["inspect", `--type=${kind}`, "--", ...names];
}
