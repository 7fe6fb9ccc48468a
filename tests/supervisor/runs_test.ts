/** A run from request to exit code, over a fake engine: what it repairs, and what it never loses. */
import assert from "node:assert/strict";
import type { RunRequest } from "../../core/client.ts";
import { AppError } from "../../core/errors.ts";
import type { BoxPlan } from "../../core/model/box.ts";
import { DEFAULT_CONFIG } from "../../core/model/config.ts";
import { imagePlan } from "../../supervisor/images.ts";
import { createRuns } from "../../supervisor/runs.ts";
import type { FakeProcess, FakeProgram } from "../fakes/engine.ts";
import { NO_FLAGS } from "../fakes/plan_inputs.ts";
import { makePrograms } from "../fakes/programs.ts";
import { type FakeWorld, makeWorld } from "../fakes/world.ts";

const COMMAND: RunRequest = { kind: "run", agent: undefined, args: ["make"], flags: NO_FLAGS };
const CLAUDE: RunRequest = { kind: "agent", agent: "claude", args: ["-p"], flags: NO_FLAGS };
const STORE = "/opt/construct/packages/claude@latest/bin/claude";

/** A docker that answers, for when somebody asks again. */
const DOCKER = `case "$1" in info) echo '${
  JSON.stringify({ server: "27.0", security: [], kernel: Deno.osRelease() })
}' ;; context) echo unix:///run/docker.sock ;; esac`;

/** A world whose last run was on docker, and everything it needed was there. */
async function makeKnownWorld(program: FakeProgram): Promise<FakeWorld> {
  const world = await makeWorld({ knobs: { program } });
  const { reference } = await imagePlan(world, DEFAULT_CONFIG, false);
  world.memory = {
    last: "docker",
    rootless: false,
    far: false,
    image: reference,
    packages: { kind: "volume", source: "store" },
    endpoint: "",
    at: 0,
  };
  return world;
}

const makeDocker = () => makePrograms({ docker: DOCKER }, { DOCKER_HOST: undefined });

/** Events in the log of the last box. */
async function eventsOf({ fakeFolders, log }: FakeWorld): Promise<string[]> {
  const lines = await log.read(fakeFolders.opened.at(-1)?.box ?? "");
  return lines.map((line) => JSON.parse(line).event);
}

Deno.test("run: the program's exit code, from a plan for this project", async () => {
  await using programs = await makeDocker();
  let plan: BoxPlan | undefined;
  await using world = await makeKnownWorld((process) => (plan = process.plan, 42));
  assert.equal(await createRuns(world).run(COMMAND), 42);
  assert.deepEqual(await programs.calls("docker"), [], "what is remembered is not asked again");
  assert.equal(plan?.workdir, "/projects/shop");
  assert.equal(
    plan?.mounts.find(({ target }) => target === "/projects/shop")?.source,
    world.project,
  );
  assert.equal(plan?.labels["construct.id"], world.installation);
  assert.deepEqual(await eventsOf(world), ["started", "ended"]);
});

Deno.test("run: no value of a variable is in the log or in what is said", async () => {
  await using _ = await makeDocker();
  await using world = await makeKnownWorld(({ environment }) =>
    environment["T"] === "sk-x" ? 0 : 1
  );
  const flags = { ...NO_FLAGS, env: ["T=sk-x"] };
  assert.equal(await createRuns(world).run({ ...COMMAND, flags }), 0);
  const log = await world.log.read(world.fakeFolders.opened.at(-1)?.box ?? "");
  assert.doesNotMatch(`${log} ${world.said}`, /sk-x/);
});

Deno.test("run: a first run asks, and remembers what it found", async () => {
  await using programs = await makeDocker();
  await using world = await makeWorld({ knobs: { program: () => 0 } });
  assert.equal(await createRuns(world).run(COMMAND), 0);
  assert.ok((await programs.calls("docker")).length > 0);
  assert.equal(world.memory?.last, "docker");
  assert.deepEqual(world.memory?.packages, {
    kind: "volume",
    source: "construct-0123456789ab-packages",
  });
});

Deno.test("run: what is remembered and no longer so is asked again, once", async () => {
  await using programs = await makeDocker();
  await using world = await makeKnownWorld(() => 7);
  world.fake.knobs.refuses = new AppError("unavailable", "Cannot start the box: no image");
  world.fake.knobs.onRun = () => {
    if (world.fake.calls.length > 1) world.fake.knobs.refuses = undefined;
  };
  assert.equal(await createRuns(world).run(COMMAND), 7);
  assert.ok((await programs.calls("docker")).length > 0);
  assert.equal(world.fake.calls.length, 2);
});

Deno.test("run: an engine that refuses again is an error, and told in the log", async () => {
  await using _ = await makeDocker();
  await using world = await makeKnownWorld(() => 0);
  world.fake.knobs.refuses = new AppError("unavailable", "Cannot start the box: no");
  await assert.rejects(createRuns(world).run(COMMAND), { message: "Cannot start the box: no" });
  assert.equal(world.fake.calls.length, 2);
  assert.deepEqual(await eventsOf(world), ["started", "failed"]);
});

Deno.test("run: a refusal by the user's own wish is not tried again", async () => {
  await using _ = await makeDocker();
  await using world = await makeKnownWorld(() => 0);
  world.fake.knobs.interfaces = ["lo", "eth0"];
  const flags = { ...NO_FLAGS, network: "offline" as const };
  await assert.rejects(createRuns(world).run({ ...COMMAND, flags }), { code: "denied" });
  assert.equal(world.fake.calls.filter((call) => call.startsWith("run ")).length, 1);
});

Deno.test("run agent: one that is missing is installed by a box that sees nothing, then runs", async () => {
  await using _ = await makeDocker();
  const boxes: FakeProcess[] = [];
  await using world = await makeKnownWorld((process) => {
    boxes.push(process);
    if (process.argv[0] !== "/bin/sh") return 5;
    world.fake.knobs.files.push(STORE);
    return 0;
  });
  world.env = { ...world.env, ANTHROPIC_API_KEY: "sk-x", npm_config_registry: "http://r" };
  assert.equal(await createRuns(world).run(CLAUDE), 5);
  const [installer, agent] = boxes;
  assert.deepEqual(agent?.argv, ["claude", "-p"]);
  assert.equal(agent?.environment["ANTHROPIC_API_KEY"], "sk-x");
  assert.equal(installer?.environment["ANTHROPIC_API_KEY"], undefined);
  assert.equal(installer?.environment["npm_config_registry"], "http://r");
  const targets = installer?.plan.mounts.map(({ target }) => target) ?? [];
  assert.ok(!targets.some((target) => /^\/(home|projects)/.test(target)), `${targets}`);
  const store = installer?.plan.mounts.find(({ target }) => target === "/opt/construct/packages");
  assert.deepEqual(store, {
    kind: "volume",
    source: "store",
    target: store?.target,
    readOnly: false,
  });
  assert.match(world.said.join("\n"), /note: installing claude@latest/);
});

Deno.test("run agent: an installation that fails is told as such, and not hidden by a second try", async () => {
  await using _ = await makeDocker();
  await using world = await makeKnownWorld(({ argv }) => argv[0] === "/bin/sh" ? 1 : 0);
  await assert.rejects(createRuns(world).run(CLAUDE), {
    code: "unavailable",
    message: /Cannot install claude@latest/,
  });
});

Deno.test("run agent: an installation that brings nothing ends in words, not in a circle", async () => {
  await using _ = await makeDocker();
  await using world = await makeKnownWorld(() => 0);
  await assert.rejects(createRuns(world).run(CLAUDE), { message: /"claude" is not in the store/ });
});

Deno.test("run: a sweep or a log that fails does not cost the program its exit code", async () => {
  await using _ = await makeDocker();
  await using world = await makeKnownWorld(async () => {
    // An error that nobody observes would end the process between two turns of the event loop.
    await new Promise((done) => setTimeout(done, 0));
    return 9;
  });
  const broken = () => Promise.reject(new Deno.errors.PermissionDenied("disk"));
  world.folders.abandoned = broken;
  world.log = { ...world.log, write: broken, clean: broken };
  assert.equal(await createRuns(world).run(COMMAND), 9);
  assert.match(world.said.join("\n"), /warn: .*disk/);
});

Deno.test("run: a mount that is not there is refused before anything starts", async () => {
  await using _ = await makeDocker();
  await using world = await makeKnownWorld(() => 0);
  const flags = { ...NO_FLAGS, mounts: ["missing:ro"] };
  await assert.rejects(createRuns(world).run({ ...COMMAND, flags }), {
    code: "notFound",
    message: 'Cannot mount "missing": there is no such file or folder',
  });
  assert.deepEqual(world.fake.calls, []);
});

Deno.test("run preview: the plan and the command line, and nothing is started or remembered", async () => {
  await using _ = await makeDocker();
  await using world = await makeWorld();
  const preview = await createRuns(world).preview(CLAUDE);
  assert.deepEqual(preview.program, ["claude", "-p"]);
  assert.deepEqual(preview.argv, ["fake", "run", preview.plan.name]);
  assert.ok(preview.environment.includes("CONSTRUCT_AGENT"));
  assert.deepEqual([world.fake.calls, world.memory], [[], undefined]);
});
