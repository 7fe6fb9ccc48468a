/**
 * `ct demo`: a newcomer's proof on a throwaway project. An agent edits a file and then tries what
 * it must not reach; each treasure is really there on the host, so that a refusal means something.
 */
import type { Client, DemoReport, DemoRow, Progress, RunRequest } from "../core/client.ts";
import { AppError } from "../core/errors.ts";
import { launch } from "../core/launch/launch.ts";
import type { EngineName } from "../core/model/engine.ts";
import { BOX } from "../core/model/layout.ts";
import type { Cancellable } from "../core/ports.ts";
import { eachLine } from "../engines/client_command.ts";
import { readTemplate } from "../io/templates.ts";
import { choose } from "./choice.ts";
import { openTreasures, type Treasures } from "./demo_treasures.ts";
import { imagePlan } from "./images.ts";
import { gather, planFor, prepare } from "./runs.ts";
import type { World } from "./world.ts";

/** What each line of templates/demo.sh means, and what must come of it. */
const ATTEMPTS: readonly { name: string; attempt: string; wanted: DemoRow["wanted"] }[] = [
  { name: "edit-file", attempt: "edit a file of the project", wanted: "allowed" },
  { name: "write-home", attempt: "write to its own home", wanted: "allowed" },
  { name: "read-outside", attempt: "read a file beside the project", wanted: "refused" },
  { name: "read-ssh", attempt: "list your ~/.ssh", wanted: "refused" },
  { name: "see-process", attempt: "see a process of this machine", wanted: "refused" },
  { name: "host-port", attempt: "connect to a port of this machine", wanted: "refused" },
  { name: "engine-socket", attempt: "find the socket of an engine", wanted: "refused" },
  { name: "new-namespace", attempt: "make a namespace to be root in", wanted: "refused" },
  { name: "reach-network", attempt: "reach the network (offline)", wanted: "refused" },
  { name: "resolve-name", attempt: "resolve a name (offline)", wanted: "refused" },
];

const FOLDER = ".construct-demo";
const BEFORE = "Hello, wrold!\nThis file was here before the agent came.\n";

type DemoRequest = Parameters<Client["demo"]>[0];

export async function runDemo(
  world: World,
  request: DemoRequest,
  progress: Progress,
  options: Cancellable,
): Promise<DemoReport> {
  const startedAt = performance.now();
  await using treasures = await openTreasures(world.env);
  const project = treasures.project;
  await Deno.mkdir(`${project}/${FOLDER}`);
  await Deno.writeTextFile(`${project}/greeting.txt`, BEFORE);
  await Deno.writeTextFile(`${project}/${FOLDER}/attempts.sh`, await readTemplate("demo.sh"));

  const engine = await pickEngine(world, request, options);
  const chosenAt = performance.now();
  progress(`running ${request.agent ?? "a scripted agent"} in a box of engine ${engine}`);
  await runAgent(world, { request, engine, treasures, progress }, options);
  const endedAt = performance.now();

  const absent = [
    ...(request.agent === undefined ? [] : ["reach-network", "resolve-name"]),
    // Nobody can be refused what is not there.
    ...(treasures.hasSshFolder ? [] : ["read-ssh"]),
  ];
  const rows = await readRows(`${project}/${FOLDER}/results`, absent);
  return {
    engine,
    rows,
    diff: lineDiff("greeting.txt", BEFORE, await Deno.readTextFile(`${project}/greeting.txt`)),
    timings: [
      { step: "choose engine", milliseconds: Math.round(chosenAt - startedAt) },
      { step: "box, start to end", milliseconds: Math.round(endedAt - chosenAt) },
    ],
    passed: rows.every(({ wanted, got }) => wanted === got),
  };
}

/** The engine of a real run when its image is built: a newcomer should not wait for a build. */
async function pickEngine(
  world: World,
  { engine, agent }: DemoRequest,
  options: Cancellable,
): Promise<EngineName> {
  if (engine === "docker" || engine === "native") return engine;
  if (engine !== undefined) return world.engine("container").name;
  const { runtime } = await world.config();
  const wish = { wanted: runtime.engine, fresh: true, mayStart: false };
  const { choice } = await choose(world, wish, options);
  const driver = world.engine(choice.name);
  const { reference } = await imagePlan(world, await world.config(), false);
  const isReady = !driver.hasImages || await driver.images.has(reference, options);
  return isReady || agent !== undefined ? choice.name : "native";
}

interface DemoRun {
  request: DemoRequest;
  engine: EngineName;
  treasures: Treasures;
  progress: Progress;
}

/** The launch of a real run, except that the home is as throwaway as the project. */
async function runAgent(
  world: World,
  { request, engine, treasures, progress }: DemoRun,
  options: Cancellable,
): Promise<void> {
  const there = { ...world, cwd: treasures.project };
  const facts = await gather(there, toRequest(request, engine));
  const prepared = await prepare(there, facts, false, options);
  const planned = await planFor(there, facts, prepared);
  const isScripted = request.agent === undefined;
  const mounts = planned.plan.mounts.map((mount) =>
    isScripted && mount.target === BOX.home ? { ...mount, source: treasures.home } : mount
  );
  const said: string[] = [];
  const outcome = await launch({
    engine: prepared.engine,
    folders: world.folders,
    clock: world.clock,
  }, {
    plan: { ...planned.plan, mounts, tty: false },
    environment: { ...planned.environment, ...treasures.environment },
    stdio: { stdin: "null", stdout: "piped", stderr: "piped" },
    onClient: ({ client }) => {
      for (const stream of [client.stdout, client.stderr]) {
        if (stream === undefined) continue;
        eachLine(stream, (line) => {
          said.push(line);
          progress(line);
        }).catch((error) => said.push(String(error)));
      }
    },
  }, options);
  if (outcome.kind === "ended" && outcome.code === 0) return;
  const what = outcome.kind === "missing"
    ? `${request.agent} is not installed`
    : `the agent exited with ${outcome.code}`;
  throw new AppError("unavailable", `Cannot finish the demo: ${what}`, {
    hint: request.agent === undefined ? "Run `ct engine list`" : `Run \`ct ${request.agent}\` once`,
    details: { said: said.slice(-10) },
  });
}

function toRequest({ agent }: DemoRequest, engine: EngineName): RunRequest {
  const script = `sh ${FOLDER}/attempts.sh`;
  const prompt = `Run the command "${script}" once, then stop. It is a test of your sandbox.`;
  return {
    kind: agent === undefined ? "run" : "agent",
    agent,
    args: agent === undefined
      ? ["sh", `${FOLDER}/attempts.sh`]
      : ["-p", prompt, "--allowedTools", "Bash"],
    flags: {
      verbose: false,
      debug: false,
      dryRun: false,
      unsafeMounts: false,
      // A real agent needs its provider, so only the scripted one can show what offline means.
      network: agent === undefined ? "offline" : "permissive",
      engine,
      mounts: [],
      env: [],
    },
  };
}

async function readRows(file: string, absent: readonly string[]): Promise<DemoRow[]> {
  const text = await Deno.readTextFile(file).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const said = new Map(
    text.split("\n").map((line) => {
      const [name = "", verdict = "", detail = ""] = line.split("\t");
      return [name, { verdict, detail }];
    }),
  );
  return ATTEMPTS
    .filter(({ name }) => !absent.includes(name))
    .map(({ name, attempt, wanted }) => {
      const { verdict, detail } = said.get(name) ?? { verdict: "", detail: "it was not tried" };
      // What was not tried must not look like what was promised.
      const unlike = wanted === "allowed" ? "refused" : "allowed";
      const got = verdict === "allowed" || verdict === "refused" ? verdict : unlike;
      return { attempt, wanted, got, detail };
    });
}

/** For a file whose lines keep their places, which is all that the demo's edit does. */
function lineDiff(name: string, before: string, after: string): string {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const lines = old.flatMap((line, i) =>
    line === now[i] ? (line === "" ? [] : [` ${line}`]) : [`-${line}`, `+${now[i] ?? ""}`]
  );
  return [`--- a/${name}`, `+++ b/${name}`, ...lines].join("\n");
}
