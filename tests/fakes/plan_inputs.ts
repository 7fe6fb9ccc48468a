/** What a plan is made from, for one ordinary machine and project. Plain data. */
import type { PlanInputs } from "../../core/launch/plan.ts";
import { findAgent } from "../../core/model/agents.ts";
import { type Config, DEFAULT_CONFIG } from "../../core/model/config.ts";
import type { HostFacts } from "../../core/model/host.ts";
import type { RunFlags } from "../../core/model/run_flags.ts";

/** What a test may change; each part is laid over that of the ordinary machine. */
export interface PlanChange {
  agent?: string;
  kind?: "run" | "shell";
  args?: readonly string[];
  flags?: Partial<RunFlags>;
  sandbox?: Partial<Config["sandbox"]>;
  config?: Partial<Config>;
  host?: Partial<HostFacts>;
  inputs?: Partial<PlanInputs>;
}

export function makePlanInputs(change: PlanChange = {}): PlanInputs {
  const { agent, kind = "run", args = ["make", "test"] } = change;
  const config = { ...DEFAULT_CONFIG, ...change.config };
  return {
    request: {
      kind: agent === undefined ? kind : "agent",
      agent,
      args,
      flags: { ...NO_FLAGS, ...change.flags },
    },
    agent: agent === undefined ? undefined : findAgent(agent),
    config: { ...config, sandbox: { ...config.sandbox, ...change.sandbox } },
    host: { ...ANNAS_MACHINE, ...change.host },
    project: { root: "/home/anna/shop", cwd: "/home/anna/shop" },
    data: "/home/anna/.config/construct-cli",
    installation: "0123456789ab",
    run: "ba9876543210",
    owner: { pid: 42, start: "1000" },
    version: "1.2.3",
    image: "construct-box-0123456789ab:feedbeef0000",
    rootless: false,
    far: false,
    support: "/home/anna/.config/construct-cli/container/abc",
    packages: { kind: "volume", source: "construct-0123456789ab-packages" },
    extraMounts: [],
    settings: [],
    ...change.inputs,
  };
}

export const NO_FLAGS: RunFlags = {
  verbose: false,
  debug: false,
  dryRun: false,
  unsafeMounts: false,
  network: undefined,
  engine: undefined,
  mounts: [],
  env: [],
};

export const ANNAS_MACHINE: HostFacts = {
  user: { uid: 1000, gid: 1001 },
  home: "/home/anna",
  memoryBytes: 16 * 2 ** 30,
  processor: "x86_64",
  env: { HOME: "/home/anna", TERM: "xterm", ANTHROPIC_API_KEY: "sk-anna" },
  timeZone: "Europe/Rome",
  caBundle: "/etc/ssl/certs/ca-certificates.crt",
  selinux: false,
  engineSockets: ["/run/docker.sock", "/run/user/1000/podman/podman.sock"],
  stdinIsDevice: true,
  terminal: { stdin: true, stdout: true },
};
