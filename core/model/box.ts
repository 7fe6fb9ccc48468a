/**
 * What a box is: the plan an engine makes one from, and what an engine tells about one.
 * Plain data. How a plan comes about is core/launch/plan.ts; how it becomes argv is engines/.
 */

/** A folder or file of the host, or a volume of the engine, as the box sees it. */
export interface BoxMount {
  kind: "bind" | "volume";
  /** Absolute host path, or the name of the volume. */
  source: string;
  /** Absolute path in the box. */
  target: string;
  readOnly: boolean;
}

/** What a box may use at most. Zero means: no limit of ours. */
export interface BoxLimits {
  pids: number;
  memoryBytes: number;
  /** Processors, fractions allowed. */
  cpus: number;
}

/** `open` is a network of the box's own with a way out; `none` has a loopback interface only. */
export type BoxNetwork = "open" | "none";

/** Everything that an engine needs to make a box. Ends in argv, so it never carries a secret. */
export interface BoxPlan {
  name: string;
  labels: Readonly<Record<string, string>>;
  /** Image reference; the native engine, which has no images, ignores it. */
  image: string;
  hostname: string;
  user: { uid: number; gid: number };
  /** Absolute path in the box. */
  workdir: string;
  mounts: readonly BoxMount[];
  network: BoxNetwork;
  limits: BoxLimits;
  /** Linux capabilities without the `CAP_` prefix; all others are dropped. */
  capabilities: readonly string[];
  /** False sets no-new-privileges; true is what a working sudo needs. */
  mayGainPrivileges: boolean;
  /** Ask the engine to relabel bind mounts for SELinux. */
  relabel: boolean;
  /** True when the box gets a terminal. */
  tty: boolean;
  /** The program in the box through which everything starts, and its arguments. */
  entry: readonly string[];
}

/** A box as its engine knows it (labels per DESIGN 5.10). */
export interface BoxInfo {
  name: string;
  engine: string;
  state: "created" | "running" | "stopped";
  agent: string;
  /** Host path of the project. */
  project: string;
  network: string;
  /** ISO 8601. */
  createdAt: string;
  owner: ProcessRef;
}

/** A process that cannot be confused with a later one of the same pid. */
export interface ProcessRef {
  pid: number;
  /** Start time in clock ticks since boot on Linux (proc_pid_stat(5), field 22); opaque. */
  start: string;
}

export const LABEL = {
  id: "construct.id",
  version: "construct.version",
  run: "construct.run",
  agent: "construct.agent",
  project: "construct.project",
  network: "construct.network",
  ownerPid: "construct.owner.pid",
  ownerStart: "construct.owner.start",
  template: "construct.template",
} as const;
