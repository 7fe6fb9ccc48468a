/**
 * From what the user asked for to a plan of a box: mounts, limits, network, environment, program.
 * Pure: everything about the machine comes in as facts, so that a plan can be tested word by word.
 */
import type { RunRequest } from "../client.ts";
import { AppError } from "../errors.ts";
import { type Agent, agentArgv } from "../model/agents.ts";
import { type BoxMount, type BoxPlan, LABEL, type ProcessRef } from "../model/box.ts";
import type { Config } from "../model/config.ts";
import { composeEnvironment } from "../model/environment.ts";
import type { HostFacts, ProjectFolder } from "../model/host.ts";
import { BOX, runnerArgv, searchPath } from "../model/layout.ts";
import { memoryBytes } from "../model/memory.ts";
import { projectTarget, refuseExposing, refuseUnprintable, targetOf } from "../model/mounts.ts";
import { boxName } from "../model/names.ts";
import type { NetworkMode } from "../model/run_flags.ts";

export interface PlanInputs {
  request: RunRequest;
  agent: Agent | undefined;
  config: Config;
  host: HostFacts;
  project: ProjectFolder;
  /** Data folder, and what identifies this installation and run. */
  data: string;
  installation: string;
  run: string;
  owner: ProcessRef;
  version: string;
  image: string;
  /** True when uid 0 in the box is the user outside, who then is uid 0 in the box. */
  rootless: boolean;
  /** True when the engine's boxes run under another kernel (core/ports.ts). */
  far: boolean;
  /** Host folder with runner.pl, passwd, group and profile. */
  support: string;
  /** How the packages store is mounted; undefined when nothing of it is needed. */
  packages: { kind: "bind" | "volume"; source: string } | undefined;
  /** Real paths that were asked for with --ct-mount or config. */
  extraMounts: readonly { path: string; readOnly: boolean }[];
  /** Names of what is in `agents-config/<agent>/`. */
  settings: readonly string[];
}

export interface PlannedRun {
  plan: BoxPlan;
  environment: Record<string, string>;
  program: string[];
  mode: NetworkMode;
}

/** What git and package managers need, and nothing about networks, devices or the kernel. */
const ROOT_CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];

/**
 * @throws `denied` for a mount that exposes the machine, `unavailable` for a mode that is not
 * built, `usage` for a variable that is not set.
 */
export function planRun(inputs: PlanInputs): PlannedRun {
  const { request, agent, config, host, project, installation, run, owner } = inputs;
  const { sandbox } = config;
  const mode = networkMode(inputs);
  const user = inputs.rootless ? { uid: 0, gid: 0 } : host.user;
  const tty = host.terminal.stdin && host.terminal.stdout;
  const target = projectTarget(project.root, sandbox.mountPath);
  const folder = agent && storeFolder(agent, config);
  const program = programArgv(inputs);
  const needs = agent?.install.kind === "npm" && folder !== undefined
    ? `${BOX.packages}/${folder}/bin/${agent.install.bin}`
    : undefined;
  const privileged = user.uid === 0 || sandbox.sudo;
  const mounts = planMounts(inputs, target);
  const plan: BoxPlan = {
    name: boxName(installation, project.root.split("/").at(-1) ?? "", run),
    labels: {
      [LABEL.id]: installation,
      [LABEL.version]: inputs.version,
      [LABEL.run]: run,
      [LABEL.agent]: agent?.name ?? request.kind,
      [LABEL.project]: project.root,
      [LABEL.network]: mode,
      [LABEL.ownerPid]: String(owner.pid),
      [LABEL.ownerStart]: owner.start,
    },
    image: inputs.image,
    hostname: BOX.hostname,
    user,
    workdir: targetOf(project.cwd, project.root, target),
    mounts,
    network: mode === "offline" ? "none" : "open",
    limits: {
      pids: sandbox.pids,
      memoryBytes: memoryBytes(sandbox.memory, host.memoryBytes),
      cpus: sandbox.cpus,
    },
    capabilities: privileged ? ROOT_CAPABILITIES : [],
    mayGainPrivileges: sandbox.sudo,
    relabel: sandbox.selinuxLabels === "enabled" ||
      (sandbox.selinuxLabels === "auto" && host.selinux),
    tty,
    entry: [
      ...runnerArgv({ tty, needs, processor: host.processor, far: inputs.far }),
      "--",
      ...program,
    ],
  };
  const environment = composeEnvironment({
    host: host.env,
    agent,
    path: searchPath(folder),
    shell: sandbox.shell,
    network: mode,
    user,
    timeZone: host.timeZone,
    hasCaBundle: mounts.some((mount) => mount.target === BOX.caBundle),
    passthrough: sandbox.envPassthrough,
    prefixes: sandbox.envPassthroughPrefixes,
    typed: [...config.projects[project.root]?.env ?? [], ...request.flags.env],
  });
  return { plan, environment, program, mode };
}

/** Folder of an agent in the packages store: another version is another folder. */
export function storeFolder(agent: Agent, config: Config): string {
  return `${agent.name}@${config.agents.versions[agent.name] ?? "latest"}`;
}

/** The home that a run sees: each agent has its own, and no agent sees the shell's. */
export function homeFolder(agent: Agent | undefined, { sandbox }: Config): string {
  return sandbox.home === "shared" ? "home" : `homes/${agent?.name ?? "shell"}`;
}

function networkMode({ request, config, project }: PlanInputs): NetworkMode {
  const mode = request.flags.network ?? config.projects[project.root]?.network ??
    config.network.mode;
  if (mode !== "strict") return mode;
  throw new AppError("unavailable", 'Cannot start with network "strict": not built yet', {
    hint: "Add -ct-n offline to have no network at all, or -ct-n permissive to have one",
  });
}

function programArgv({ request, agent, config }: PlanInputs): string[] {
  if (agent !== undefined) {
    const { yoloAll, yoloAgents } = config.agents;
    const named = yoloAgents.map((name) => name.toLowerCase());
    const yolo = yoloAll || named.includes(agent.name) || named.includes("all");
    return agentArgv(agent, request.args, yolo);
  }
  return request.kind === "shell" ? [config.sandbox.shell, ...request.args] : [...request.args];
}

function planMounts(inputs: PlanInputs, target: string): BoxMount[] {
  const { agent, config, host, project, data, support, packages, extraMounts } = inputs;
  const style = config.sandbox.mountPath;
  const guarded = [{ path: project.root, readOnly: false }, ...extraMounts];
  for (const { path } of guarded) {
    const protectedPlaces = { home: host.home, data, sockets: host.engineSockets };
    if (!inputs.request.flags.unsafeMounts) refuseExposing(path, protectedPlaces);
  }
  const mounts: BoxMount[] = [
    bind(`${data}/${homeFolder(agent, config)}`, BOX.home, false),
    ...inputs.settings.map((name) =>
      bind(
        `${data}/agents-config/${agent?.name}/${name}`,
        `${BOX.home}/${agent?.config}/${name}`,
        true,
      )
    ),
    bind(project.root, target, false),
    ...extraMounts.map(({ path, readOnly }) => bind(path, projectTarget(path, style), readOnly)),
    bind(support, BOX.lib, true),
    ...["passwd", "group", "profile"].map((name) =>
      bind(`${support}/${name}`, `/etc/${name}`, true)
    ),
  ];
  if (packages !== undefined) mounts.push({ ...packages, target: BOX.packages, readOnly: true });
  if (config.sandbox.trustHostCa && host.caBundle !== undefined) {
    mounts.push(bind(host.caBundle, BOX.caBundle, true));
  }
  for (const { source } of mounts) refuseUnprintable(source);
  refuseTwice(mounts);
  return mounts;
}

function bind(source: string, target: string, readOnly: boolean): BoxMount {
  return { kind: "bind", source, target, readOnly };
}

function refuseTwice(mounts: readonly BoxMount[]): void {
  for (const [i, { source, target }] of mounts.entries()) {
    const other = mounts.slice(0, i).find((mount) => mount.target === target);
    if (other === undefined) continue;
    throw new AppError(
      "conflict",
      `Cannot mount "${source}": "${other.source}" is at ${target} already`,
      { hint: 'Set sandbox.mount_path to "same" to keep the paths of the host' },
    );
  }
}
