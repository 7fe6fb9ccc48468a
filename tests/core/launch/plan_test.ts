/** Plans, word by word: what a box sees, may do and is called. */
import assert from "node:assert/strict";
import { planRun } from "../../../core/launch/plan.ts";
import { DEFAULT_CONFIG } from "../../../core/model/config.ts";
import { makePlanInputs, type PlanChange } from "../../fakes/plan_inputs.ts";

const plan = (change?: PlanChange) => planRun(makePlanInputs(change)).plan;

/** `target <- source`, with what is special in front. */
const mounts = (change?: PlanChange) =>
  plan(change).mounts.map(({ kind, source, target, readOnly }) =>
    `${kind === "volume" ? "volume " : ""}${target} <- ${source}${readOnly ? " ro" : ""}`
  );

const NONE: readonly string[] = [];
const DATA = "/home/anna/.config/construct-cli";

Deno.test("plan agent: the whole plan of a first run", async (t) => {
  await t.assertSnapshot(planRun(makePlanInputs({ agent: "claude", args: ["-p", "hi there"] })));
});

Deno.test("plan run: the whole plan of a command in a pipe", async (t) => {
  const host = { terminal: { stdin: false, stdout: true } };
  await t.assertSnapshot(planRun(makePlanInputs({ host })));
});

Deno.test("plan mounts: home, settings, project, others, then ours", () => {
  const inputs = {
    settings: ["CLAUDE.md", "commands"],
    extraMounts: [{ path: "/srv/docs", readOnly: true }, { path: "/srv/data", readOnly: false }],
  };
  assert.deepEqual(mounts({ agent: "claude", inputs }), [
    `/home/construct <- ${DATA}/homes/claude`,
    `/home/construct/.claude/CLAUDE.md <- ${DATA}/agents-config/claude/CLAUDE.md ro`,
    `/home/construct/.claude/commands <- ${DATA}/agents-config/claude/commands ro`,
    "/projects/shop <- /home/anna/shop",
    "/projects/docs <- /srv/docs ro",
    "/projects/data <- /srv/data",
    `/opt/construct/lib <- ${DATA}/container/abc ro`,
    `/etc/passwd <- ${DATA}/container/abc/passwd ro`,
    `/etc/group <- ${DATA}/container/abc/group ro`,
    `/etc/profile <- ${DATA}/container/abc/profile ro`,
    "volume /opt/construct/packages <- construct-0123456789ab-packages ro",
    "/opt/construct/ca-certificates.crt <- /etc/ssl/certs/ca-certificates.crt ro",
  ]);
});

Deno.test("plan mounts: nothing but the home, the project and what was asked for can be written", () => {
  const inputs = { settings: ["rules"], extraMounts: [{ path: "/srv/docs", readOnly: true }] };
  const writable = plan({ agent: "codex", inputs }).mounts.filter(({ readOnly }) => !readOnly);
  assert.deepEqual(writable.map(({ target }) => target), ["/home/construct", "/projects/shop"]);
});

Deno.test("plan mounts: each agent has a home of its own, the shell has another", () => {
  const home = (change: PlanChange) => plan(change).mounts[0]?.source;
  assert.equal(home({ agent: "claude" }), `${DATA}/homes/claude`);
  assert.equal(home({ agent: "codex" }), `${DATA}/homes/codex`);
  assert.equal(home({ kind: "shell" }), `${DATA}/homes/shell`);
  assert.equal(home({ kind: "run" }), `${DATA}/homes/shell`);
  const sandbox = { home: "shared" } as const;
  assert.equal(home({ agent: "claude", sandbox }), `${DATA}/home`);
  assert.equal(home({ kind: "shell", sandbox }), `${DATA}/home`);
});

Deno.test("plan mounts: without a store, a bundle, or trust in it, there is no mount for it", () => {
  const targets = (change: PlanChange) => plan(change).mounts.map(({ target }) => target);
  assert.ok(!targets({ inputs: { packages: undefined } }).includes("/opt/construct/packages"));
  const bundle = "/opt/construct/ca-certificates.crt";
  assert.ok(!targets({ host: { caBundle: undefined } }).includes(bundle));
  assert.ok(!targets({ sandbox: { trustHostCa: false } }).includes(bundle));
  const { environment } = planRun(makePlanInputs({ sandbox: { trustHostCa: false } }));
  assert.equal(environment["SSL_CERT_FILE"], undefined);
});

Deno.test("plan mounts: two folders of one name are refused, and kept apart by their own paths", () => {
  const inputs = { extraMounts: [{ path: "/srv/shop", readOnly: false }] };
  assert.throws(() => plan({ inputs }), {
    code: "conflict",
    message: 'Cannot mount "/srv/shop": "/home/anna/shop" is at /projects/shop already',
  });
  const targets = mounts({ inputs, sandbox: { mountPath: "same" } });
  assert.ok(targets.includes("/srv/shop <- /srv/shop"));
  assert.ok(targets.includes("/home/anna/shop <- /home/anna/shop"));
});

Deno.test("plan mounts: a name that would break the engine's line is refused, wherever it is", () => {
  for (const path of ["/srv/a\nb", "/srv/a\tb", "/srv/a\x7f", "/srv/\u0000"]) {
    const project = { root: path, cwd: path };
    assert.throws(() => plan({ inputs: { project } }), { code: "invalid" });
    const extraMounts = [{ path, readOnly: true }];
    assert.throws(() => plan({ inputs: { extraMounts } }), { code: "invalid" });
    assert.throws(() => plan({ host: { caBundle: path } }), { code: "invalid" });
  }
  assert.throws(() => plan({ agent: "claude", inputs: { settings: ["a\nb"] } }), {
    code: "invalid",
  });
});

Deno.test("plan workdir: the same place in the project as outside", () => {
  const at = (cwd: string, mountPath?: "same") =>
    plan({
      inputs: { project: { root: "/home/anna/shop", cwd } },
      ...(mountPath && { sandbox: { mountPath } }),
    }).workdir;
  assert.equal(at("/home/anna/shop"), "/projects/shop");
  assert.equal(at("/home/anna/shop/src/a b"), "/projects/shop/src/a b");
  assert.equal(at("/home/anna/shop/src", "same"), "/home/anna/shop/src");
});

Deno.test("plan network: the flag, else the project, else the file", () => {
  const mode = (flag?: "offline", project?: "permissive", file?: "offline") => {
    const { plan, mode, environment } = planRun(makePlanInputs({
      flags: { network: flag },
      config: {
        network: { mode: file ?? "permissive" },
        projects: {
          "/home/anna/shop": { network: project, engine: undefined, mounts: NONE, env: NONE },
        },
      },
    }));
    assert.equal(environment["CONSTRUCT_NETWORK"], mode);
    assert.equal(plan.labels["construct.network"], mode);
    return `${mode} ${plan.network}`;
  };
  assert.equal(mode(), "permissive open");
  assert.equal(mode(undefined, undefined, "offline"), "offline none");
  assert.equal(mode(undefined, "permissive", "offline"), "permissive open");
  assert.equal(mode("offline", "permissive"), "offline none");
});

Deno.test("plan network: strict is refused, wherever it is asked for", () => {
  const strict = { code: "unavailable", message: /strict/ };
  assert.throws(() => plan({ flags: { network: "strict" } }), strict);
  assert.throws(() => plan({ config: { network: { mode: "strict" } } }), strict);
});

Deno.test("plan user: the caller's own, or root where root is the caller", () => {
  const { user, capabilities, mayGainPrivileges } = plan();
  assert.deepEqual(user, { uid: 1000, gid: 1001 });
  assert.deepEqual(capabilities, []);
  assert.equal(mayGainPrivileges, false);
  const rootless = planRun(makePlanInputs({ inputs: { rootless: true } }));
  assert.deepEqual(rootless.plan.user, { uid: 0, gid: 0 });
  assert.equal(rootless.environment["USER"], "root");
  assert.equal(rootless.plan.mayGainPrivileges, false);
});

Deno.test("plan capabilities: only root and sudo have some, and never those of the kernel", () => {
  const some = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"];
  assert.deepEqual(plan({ inputs: { rootless: true } }).capabilities, some);
  assert.deepEqual(plan({ host: { user: { uid: 0, gid: 0 } } }).capabilities, some);
  const sudo = plan({ sandbox: { sudo: true } });
  assert.deepEqual(sudo.capabilities, some);
  assert.equal(sudo.mayGainPrivileges, true);
});

Deno.test("plan limits: from the file, a share of the memory of this machine", () => {
  assert.deepEqual(plan({ sandbox: { pids: 7, memory: "50%", cpus: 1.5 } }).limits, {
    pids: 7,
    memoryBytes: 8 * 2 ** 30,
    cpus: 1.5,
  });
});

Deno.test("plan terminal: only when both ends are one", () => {
  for (const [stdin, stdout] of [[true, true], [true, false], [false, true], [false, false]]) {
    const host = { terminal: { stdin: stdin === true, stdout: stdout === true } };
    const { tty, entry } = plan({ host });
    assert.equal(tty, stdin && stdout);
    assert.equal(entry.includes("--tty"), tty);
  }
});

Deno.test("plan labels: relabelling follows the file, else the machine", () => {
  const relabel = (selinuxLabels: "auto" | "enabled" | "disabled", selinux: boolean) =>
    plan({ sandbox: { selinuxLabels }, host: { selinux } }).relabel;
  assert.deepEqual([relabel("auto", true), relabel("auto", false)], [true, false]);
  assert.deepEqual([relabel("enabled", false), relabel("disabled", true)], [true, false]);
});

Deno.test("plan program: a shell, a command, an agent with its version and its flag", () => {
  const program = (change: PlanChange) => planRun(makePlanInputs(change)).program;
  assert.deepEqual(program({ kind: "shell", args: ["-c", "id"] }), ["/bin/bash", "-c", "id"]);
  assert.deepEqual(program({ args: ["--", "-x"] }), ["--", "-x"]);
  assert.deepEqual(program({ agent: "claude", args: ["--resume"] }), ["claude", "--resume"]);
  const agents = { yoloAll: false, yoloAgents: ["Claude"], versions: { claude: "2.0.1" } };
  const yolo = planRun(makePlanInputs({ agent: "claude", args: ["x"], config: { agents } }));
  assert.deepEqual(yolo.program, ["claude", "--dangerously-skip-permissions", "x"]);
  assert.ok(
    yolo.plan.entry.includes("--needs=/opt/construct/packages/claude@2.0.1/bin/claude"),
    yolo.plan.entry.join(" "),
  );
  assert.match(yolo.environment["PATH"] ?? "", /^\/opt\/construct\/packages\/claude@2.0.1\/bin:/);
});

Deno.test("plan: nothing in it says what a variable holds", () => {
  const inputs = makePlanInputs({ agent: "claude", flags: { env: ["TOKEN=sk-typed"] } });
  const { plan, environment } = planRun(inputs);
  assert.equal(environment["ANTHROPIC_API_KEY"], "sk-anna");
  assert.equal(environment["TOKEN"], "sk-typed");
  assert.doesNotMatch(JSON.stringify(plan), /sk-/);
});

Deno.test("plan environment: the project's variables, then those of the command line", () => {
  const env = ["A=project", "B=project"];
  const projects = {
    "/home/anna/shop": { network: undefined, engine: undefined, mounts: NONE, env },
  };
  const config = { ...DEFAULT_CONFIG, projects };
  const { environment } = planRun(makePlanInputs({ config, flags: { env: ["B=typed"] } }));
  assert.deepEqual([environment["A"], environment["B"]], ["project", "typed"]);
});
