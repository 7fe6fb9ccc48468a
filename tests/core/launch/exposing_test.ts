/** Places of the host that no box sees (DESIGN 5.2), as a project and as a further mount. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { planRun } from "../../../core/launch/plan.ts";
import { contains } from "../../../core/model/mounts.ts";
import { ANNAS_MACHINE, makePlanInputs } from "../../fakes/plan_inputs.ts";

const DATA = "/home/anna/.config/construct-cli";

/** Each with a word of the reason that the user reads. */
const REFUSED: readonly (readonly [path: string, reason: RegExp])[] = [
  ["/", /home folder/],
  ["/home", /home folder/],
  ["/home/anna", /home folder/],
  ["/etc", /configuration/],
  ["/etc/ssl", /configuration/],
  ["/home/anna/.ssh", /SSH keys/],
  ["/home/anna/.ssh/id_ed25519", /SSH keys/],
  ["/home/anna/.config", /homes of all agents/],
  [DATA, /homes of all agents/],
  [`${DATA}/homes/claude`, /homes of all agents/],
  [`${DATA}/config.toml`, /homes of all agents/],
  ["/run", /socket/],
  ["/run/docker.sock", /socket/],
  ["/run/user/1000", /socket/],
  ["/run/user/1000/podman/podman.sock", /socket/],
  ["/proc", /kernel/],
  ["/proc/1/root", /kernel/],
  ["/sys", /kernel/],
  ["/sys/fs/cgroup", /kernel/],
  ["/dev", /kernel/],
  ["/dev/kmsg", /kernel/],
];

const ALLOWED = [
  "/home/anna/shop/src",
  "/home/anna/.sshx",
  "/home/anna/.config/other",
  "/home/annabelle",
  "/home/bob/web",
  "/etcetera",
  "/srv",
  "/tmp/x",
  "/run/other",
  "/process",
  "/development",
];

const inputsFor = (path: string, as: "project" | "mount", unsafeMounts = false) =>
  makePlanInputs({
    flags: { unsafeMounts },
    inputs: as === "project"
      ? { project: { root: path, cwd: path } }
      : { extraMounts: [{ path, readOnly: true }] },
  });

Deno.test("mount expose: what would hand over the machine is refused, with the reason", () => {
  for (const [path, message] of REFUSED) {
    for (const as of ["project", "mount"] as const) {
      assert.throws(
        () => planRun(inputsFor(path, as)),
        { code: "denied", message, hint: /--ct-unsafe-mounts/ },
        `${path} as ${as}`,
      );
    }
  }
});

Deno.test("mount expose: a flag that names the risk lets it through", () => {
  for (const [path] of REFUSED) {
    const { plan } = planRun(inputsFor(path, "project", true));
    assert.ok(plan.mounts.some(({ source }) => source === path), path);
  }
});

Deno.test("mount expose: what only looks alike is fine", () => {
  for (const path of ALLOWED) {
    const { plan } = planRun(inputsFor(path, "mount"));
    assert.ok(plan.mounts.some(({ source }) => source === path), path);
  }
});

Deno.test("mount expose: the flag does not let control characters through", () => {
  assert.throws(() => planRun(inputsFor("/srv/a\nb", "project", true)), { code: "invalid" });
});

Deno.test("mount expose: no folder that holds a secret place, or is in one, is ever mounted", () => {
  const part = fc.constantFrom("home", "anna", ".ssh", "etc", "run", "docker.sock", "srv", "x");
  const path = fc.array(part, { maxLength: 5 }).map((parts) => `/${parts.join("/")}`);
  const { home, engineSockets } = ANNAS_MACHINE;
  const secrets = ["/etc", home, `${home}/.ssh`, DATA, ...engineSockets];
  fc.assert(fc.property(path, (path) => {
    const exposes = secrets.some((secret) => contains(path, secret)) ||
      ["/etc", `${home}/.ssh`, DATA].some((secret) => contains(secret, path));
    if (exposes) assert.throws(() => planRun(inputsFor(path, "mount")), { code: "denied" });
    else if (path !== "/home/anna/shop") planRun(inputsFor(path, "mount"));
  }));
});
