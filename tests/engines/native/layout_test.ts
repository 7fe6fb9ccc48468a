/** What a native box is made of, as argv and as the list for walls.pl: the same walls both ways. */
import assert from "node:assert/strict";
import type { BoxPlan } from "../../../core/model/box.ts";
import { bwrapArgs, FILTER_MARK } from "../../../engines/native/bwrap.ts";
import { type HostFacts, layout } from "../../../engines/native/layout.ts";
import { canCloseNamespaces } from "../../../engines/native/tools.ts";
import { stepList, unshareArgs } from "../../../engines/native/unshare.ts";

const HOST: HostFacts = {
  links: [{ name: "/bin", to: "usr/bin" }],
  folders: ["/lib64"],
  etc: ["/etc/localtime", "/etc/services"],
  proc: [{ path: "/proc/sys", kind: "freeze" }, { path: "/proc/kcore", kind: "hideFile" }],
};

const PLAN: BoxPlan = {
  name: "construct-abc",
  labels: {},
  image: "",
  hostname: "box",
  user: { uid: 1000, gid: 1001 },
  workdir: "/project",
  mounts: [
    { kind: "bind", source: "/home/me/a b", target: "/project", readOnly: false },
    { kind: "bind", source: "/state/passwd", target: "/etc/passwd", readOnly: true },
  ],
  network: "none",
  limits: { pids: 0, memoryBytes: 1024, cpus: 0 },
  capabilities: ["CHOWN"],
  mayGainPrivileges: false,
  relabel: false,
  tty: false,
  entry: ["/usr/bin/perl", "runner"],
};

const FILES = { hosts: "/h", nsswitch: "/n", resolv: undefined, passwd: "/p", group: "/g" };

/** True when `words` stand one after the other in `argv`. */
function has(argv: readonly string[], ...words: string[]): boolean {
  return argv.some((_, at) => words.every((word, index) => argv[at + index] === word));
}

Deno.test("native layout: the plan's own files replace ours", () => {
  const targets = layout(PLAN, HOST, FILES).map(({ target }) => target);
  assert.equal(targets.filter((target) => target === "/etc/passwd").length, 1);
  assert.ok(targets.includes("/etc/group"));
  assert.ok(!targets.includes("/etc/resolv.conf"));
});

Deno.test("native layout: the plan's mounts come last but for the freeze", () => {
  const targets = layout(PLAN, HOST, FILES).map(({ target }) => target);
  assert.deepEqual(targets.slice(-3), ["/project", "/etc/passwd", "/"]);
});

Deno.test("native argv: bubblewrap gets every wall", () => {
  const argv = bwrapArgs(PLAN, layout(PLAN, HOST, FILES), PLAN.entry, true);
  for (const space of ["user", "pid", "ipc", "uts", "net", "cgroup-try"]) {
    assert.ok(argv.includes(`--unshare-${space}`), space);
  }
  assert.ok(argv.includes("--disable-userns"));
  assert.ok(argv.includes("--die-with-parent"));
  assert.ok(argv.includes("--as-pid-1"));
  assert.ok(argv.includes("--clearenv"));
  assert.ok(!argv.includes("--new-session"));
  assert.ok(!argv.includes("--cap-add"));
  assert.ok(has(argv, "--cap-drop", "ALL"));
  assert.ok(has(argv, "--seccomp", FILTER_MARK));
  assert.ok(has(argv, "--uid", "1000") && has(argv, "--gid", "1001"));
  assert.ok(has(argv, "--bind", "/home/me/a b", "/project"));
  assert.ok(has(argv, "--ro-bind", "/proc/sys", "/proc/sys"));
  assert.ok(has(argv, "--ro-bind", "/dev/null", "/proc/kcore"));
  assert.ok(has(argv, "--size", "1024", "--tmpfs", "/tmp"));
  assert.deepEqual(argv.slice(-5), ["--chdir", "/project", "--", "/usr/bin/perl", "runner"]);
});

Deno.test("native argv: a network made before is kept", () => {
  assert.ok(!bwrapArgs(PLAN, [], [], false).includes("--unshare-net"));
  const files = { perl: "perl", script: "walls", folder: "/f", filter: "/s", calls: [] };
  const argv = unshareArgs(PLAN, files, [], false);
  assert.ok(!argv.includes("--net") && !argv.includes("--loopback"));
  assert.ok(unshareArgs(PLAN, files, [], true).includes("--net"));
});

Deno.test("native steps: five words each, whatever is in them", () => {
  const steps = layout(PLAN, HOST, FILES);
  const words = stepList(steps).split("\0");
  assert.equal(words.length, steps.length * 5 + 1);
  assert.ok(has(words, "write", "/project", "/home/me/a b", "", ""));
  assert.ok(has(words, "freeze", "/proc/sys", "", "", ""));
  assert.ok(has(words, "tmpfs", "/tmp", "", String(0o1777), "1024"));
  assert.deepEqual(words.slice(-6, -1), ["freezeRoot", "/", "", "", ""]);
});

Deno.test("native tools: bubblewrap must be able to close user namespaces", () => {
  assert.equal(canCloseNamespaces("0.8.0"), true);
  assert.equal(canCloseNamespaces("0.11.0"), true);
  assert.equal(canCloseNamespaces("1.0"), true);
  assert.equal(canCloseNamespaces("0.6.1"), false);
  assert.equal(canCloseNamespaces(undefined), false);
});
