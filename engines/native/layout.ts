/**
 * The file system of a native box as an ordered list of steps: the same list becomes bwrap's argv
 * and the program of templates/native/walls.pl, so that both ways have the same walls. Pure: what
 * the host has is asked by host.ts.
 */
import type { BoxPlan } from "../../core/model/box.ts";

export type Step =
  | { kind: "bind"; source: string; target: string; readOnly: boolean }
  /** Zero bytes: the kernel's own limit. */
  | { kind: "tmpfs"; target: string; mode: number; sizeBytes: number }
  | { kind: "symlink"; source: string; target: string }
  /** A new one, for the box's own process namespace. */
  | { kind: "proc"; target: string }
  | { kind: "dev"; target: string }
  /** An empty unreadable stand-in for what is there. */
  | { kind: "hideFile" | "hideFolder"; target: string }
  | { kind: "freeze"; target: string };

/** What there is on this host, of all that a box may see. */
export interface HostFacts {
  /** `/bin` and its like, where they are links: name and where the link leads. */
  links: readonly { name: string; to: string }[];
  /** `/bin` and its like, where they are folders of their own. */
  folders: readonly string[];
  /** Members of `ETC` that exist. */
  etc: readonly string[];
  /** Members of `PROC_FROZEN` and `PROC_HIDDEN` that exist. */
  proc: readonly { path: string; kind: "freeze" | "hideFile" | "hideFolder" }[];
}

/** Paths of files that we write for this one box. */
export interface BoxFiles {
  hosts: string;
  nsswitch: string;
  resolv: string | undefined;
  passwd: string;
  group: string;
}

export const TOP_FOLDERS = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] as const;

/** All that a box sees of the host's /etc: what programs need to load, to trust and to tell time. */
export const ETC = [
  "/etc/alternatives",
  "/etc/ca-certificates",
  "/etc/ca-certificates.conf",
  "/etc/crypto-policies",
  "/etc/debian_version",
  "/etc/gai.conf",
  "/etc/host.conf",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/localtime",
  "/etc/mime.types",
  "/etc/os-release",
  "/etc/pki/ca-trust",
  "/etc/pki/tls/certs",
  "/etc/protocols",
  "/etc/services",
  "/etc/ssl/cert.pem",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/terminfo",
  "/etc/timezone",
] as const;

/**
 * A box of root's keeps root's uid, without its capabilities: that is enough to write to these, so
 * they are read-only whoever runs it.
 */
export const PROC_FROZEN = [
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
] as const;

/** What says too much about the machine. The list of docker, and what root's uid can read besides. */
export const PROC_HIDDEN = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/dynamic_debug",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/key-users",
  "/proc/keys",
  "/proc/kmsg",
  "/proc/kpagecgroup",
  "/proc/kpagecount",
  "/proc/kpageflags",
  "/proc/latency_stats",
  "/proc/mtrr",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/slabinfo",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/vmallocinfo",
  "/proc/vmcore",
] as const;

/** All steps, in order; the root itself is an empty tmpfs, which the last step makes read-only. */
export function layout(plan: BoxPlan, host: HostFacts, files: BoxFiles): Step[] {
  const taken = new Set(plan.mounts.map(({ target }) => target));
  const size = plan.limits.memoryBytes;
  const tmpfs = (target: string, mode: number): Step => ({
    kind: "tmpfs",
    target,
    mode,
    sizeBytes: size,
  });
  const own: [string, string | undefined][] = [
    ["/etc/hosts", files.hosts],
    ["/etc/nsswitch.conf", files.nsswitch],
    ["/etc/resolv.conf", files.resolv],
    ["/etc/passwd", files.passwd],
    ["/etc/group", files.group],
  ];
  return [
    readOnly("/usr", "/usr"),
    ...host.links.map(({ name, to }): Step => ({ kind: "symlink", source: to, target: name })),
    ...host.folders.map((path) => readOnly(path, path)),
    ...host.etc.filter((path) => !taken.has(path)).map((path) => readOnly(path, path)),
    ...own.flatMap(([target, source]) =>
      source === undefined || taken.has(target) ? [] : [readOnly(source, target)]
    ),
    { kind: "dev", target: "/dev" },
    tmpfs("/dev/shm", 0o1777),
    { kind: "proc", target: "/proc" },
    ...host.proc.map(({ path, kind }): Step => ({ kind, target: path })),
    tmpfs("/tmp", 0o1777),
    tmpfs("/var/tmp", 0o1777),
    tmpfs("/run", 0o755),
    ...plan.mounts.map(({ source, target, readOnly }): Step => ({
      kind: "bind",
      source,
      target,
      readOnly,
    })),
    { kind: "freeze", target: "/" },
  ];
}

function readOnly(source: string, target: string): Step {
  return { kind: "bind", source, target, readOnly: true };
}
