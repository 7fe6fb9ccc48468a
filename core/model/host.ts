/** What a run needs to know about this machine and the user, gathered once by io/host.ts. */
import type { Variables } from "./environment.ts";

export interface HostFacts {
  user: { uid: number; gid: number };
  /** Real absolute path. */
  home: string;
  memoryBytes: number;
  /** As Deno names it: x86_64 or aarch64. */
  processor: string;
  env: Variables;
  timeZone: string | undefined;
  /** Real path of the bundle of certificate authorities that this machine trusts. */
  caBundle: string | undefined;
  selinux: boolean;
  /** Sockets through which one could command an engine, that are there now. */
  engineSockets: readonly string[];
  /** True when no input can be lost by a client that read some of it: a terminal, /dev/null. */
  stdinIsDevice: boolean;
  terminal: { stdin: boolean; stdout: boolean };
}

/** The folder that a run works on. */
export interface ProjectFolder {
  /** Real absolute path. */
  root: string;
  /** Real absolute path, the root or below it. */
  cwd: string;
}
