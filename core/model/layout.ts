/**
 * Where things are inside a box, and the one PATH table (spec/construct-cli.md 4.8). Every engine,
 * script and test takes these names from here.
 */

export const BOX = {
  home: "/home/construct",
  projects: "/projects",
  /** The run's own folder: life pipe and record. */
  run: "/run/construct",
  /** The life pipe where the host's own pipe cannot be mounted: made by the runner itself. */
  farLife: "/dev/shm/construct-life",
  /** Our scripts, the same for every run. */
  lib: "/opt/construct/lib",
  /** The packages store. */
  packages: "/opt/construct/packages",
  caBundle: "/opt/construct/ca-certificates.crt",
  hostname: "construct",
} as const;

/** Number of the system call prctl, by the name that Deno has for the processor. */
const PRCTL: Readonly<Record<string, number>> = { x86_64: 157, aarch64: 167 };

export interface RunnerOptions {
  tty: boolean;
  /** A file without which the program cannot run. */
  needs: string | undefined;
  /** As Deno names it. */
  processor: string;
  /** True when the box runs under another kernel than ours, as in a virtual machine. */
  far: boolean;
}

/** The runner's command line, before its `--` and the program. */
export function runnerArgv({ tty, needs, processor, far }: RunnerOptions): string[] {
  const prctl = PRCTL[processor];
  return [
    "/usr/bin/perl",
    `${BOX.lib}/runner.pl`,
    ...(tty ? ["--tty"] : []),
    ...(needs === undefined ? [] : [`--needs=${needs}`]),
    ...(prctl === undefined ? [] : [`--prctl=${prctl}`]),
    ...(far ? [`--life=${BOX.farLife}`] : []),
  ];
}

const HOME_FOLDERS = [
  ".local/bin",
  ".npm-global/bin",
  ".cargo/bin",
  ".bun/bin",
  ".opencode/bin",
  ".asdf/bin",
  ".asdf/shims",
  ".local/share/mise/bin",
  ".local/share/mise/shims",
  ".volta/bin",
  ".local/share/pnpm",
  ".yarn/bin",
  ".config/yarn/global/node_modules/.bin",
  "go/bin",
  ".composer/vendor/bin",
  ".config/composer/vendor/bin",
  ".nix-profile/bin",
];

const SYSTEM_FOLDERS = [
  "/nix/var/nix/profiles/default/bin",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
];

/**
 * PATH in a box. An agent's own folder in the store comes first: what the agent can write must not
 * be able to stand in for the agent itself.
 */
export function searchPath(agentFolder: string | undefined): string {
  return [
    ...(agentFolder === undefined ? [] : [`${BOX.packages}/${agentFolder}/bin`]),
    ...HOME_FOLDERS.map((folder) => `${BOX.home}/${folder}`),
    ...SYSTEM_FOLDERS,
  ].join(":");
}

/** Sourced by login shells: Debian's own /etc/profile would reset PATH. */
export const PROFILE = `# Written by construct: a login shell keeps the PATH of the box.
PATH="\${CONSTRUCT_PATH:-/usr/local/bin:/usr/bin:/bin}"
export PATH
if [ "\${BASH-}" ] && [ -r /etc/bash.bashrc ]; then . /etc/bash.bashrc; fi
for file in /etc/profile.d/*.sh; do [ -r "$file" ] && . "$file"; done
PATH="\${CONSTRUCT_PATH:-$PATH}"
unset file
`;

/** /etc/passwd and /etc/group with the box user in it, so that getent, ssh and Node know it. */
export function accountFiles(user: { uid: number; gid: number }, shell: string): {
  passwd: string;
  group: string;
} {
  const root = user.uid === 0;
  const passwd = [
    `root:x:0:0:root:${root ? BOX.home : "/root"}:${root ? shell : "/bin/bash"}`,
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
    "_apt:x:42:65534::/nonexistent:/usr/sbin/nologin",
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
  ].filter((line) => root || !line.includes(`:x:${user.uid}:`));
  if (!root) passwd.push(`construct:x:${user.uid}:${user.gid}:construct:${BOX.home}:${shell}`);
  const groups = [
    ["root", 0],
    ["daemon", 1],
    ["tty", 5],
    ["mail", 8],
    ["shadow", 42],
    ["utmp", 43],
    ["staff", 50],
    ["users", 100],
    ["nogroup", 65534],
  ] as const;
  const group: string[] = groups
    .filter(([, gid]) => gid === 0 || gid !== user.gid)
    .map(([name, gid]) => `${name}:x:${gid}:`);
  if (user.gid !== 0) group.push(`construct:x:${user.gid}:`);
  return { passwd: passwd.join("\n") + "\n", group: group.join("\n") + "\n" };
}
