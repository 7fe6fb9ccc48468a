/**
 * `deno task bench [--smoke]`: the budgets of the design on this machine, as JSON on stdout and as a
 * table on stderr. It measures the executable (CONSTRUCT_EXE, else the one in dist/) in a home and
 * data folder of its own, and skips aloud what is not installed. A missed budget fails it, except
 * with --smoke, whose few runs only prove that everything can be measured.
 */
// deno-lint-ignore-file no-console -- a script for developers talks on the console
import { thisPlatform } from "./build.ts";
import { type Budget, formatTable, interleave, judge, type Result, type Start } from "./measure.ts";

const ROOT = new URL("../", import.meta.url);
const RUNS = 15;
const SMOKE_RUNS = 3;

interface Bench {
  exe: string;
  runs: number;
  /** Environment of ours with everything private to this run. */
  env: Record<string, string>;
  project: string;
  folder: string;
}

interface Case {
  name: string;
  budget: Budget;
  /** Throws `Skip` when the machine lacks something. */
  prepare(bench: Bench): Promise<{ ours: Start; reference: Start; note: string }>;
}

class Skip extends Error {}

function ours(bench: Bench, ...args: string[]): Start {
  return { command: bench.exe, args, cwd: bench.project, env: bench.env };
}

function runCase(network: "permissive" | "offline"): Case {
  return {
    name: `run -- true, docker, ${network}`,
    budget: { ratio: 1.15, plus: 60 },
    async prepare(bench) {
      await need("docker", "version");
      const mine = ours(bench, "run", "--ct-engine", "docker", "-ct-n", network, "--", "true");
      await mustWork(mine);
      const image = await findImage(bench);
      const net = network === "offline" ? "none" : "bridge";
      const args = ["run", "--rm", "--network", net, image, "true"];
      return {
        ours: mine,
        reference: { command: "docker", args },
        note: `docker run --rm --network ${net}, same image`,
      };
    },
  };
}

function nativeCase(network: "permissive" | "offline"): Case {
  return {
    name: `run -- true, native, ${network}`,
    budget: { most: 60 },
    async prepare(bench) {
      if (Deno.build.os !== "linux") throw new Skip("native is for Linux");
      await need("bwrap", "--version");
      if (network === "permissive") await needWayOut();
      const mine = ours(bench, "run", "--ct-engine", "native", "-ct-n", network, "--", "true");
      await mustWork(mine);
      return {
        ours: mine,
        reference: { command: "bwrap", args: ["--ro-bind", "/", "/", "true"] },
        note: "bwrap --ro-bind / / true",
      };
    },
  };
}

const CASES: readonly Case[] = [
  {
    name: "--version",
    budget: { ratio: 1.6, plus: 0 },
    async prepare(bench) {
      const { start, note } = await emptyProgram(bench);
      return { ours: ours(bench, "--version"), reference: start, note };
    },
  },
  runCase("permissive"),
  runCase("offline"),
  nativeCase("permissive"),
  nativeCase("offline"),
];

/** The program that does nothing, compiled by this Deno where it can, else run from source. */
async function emptyProgram({ folder }: Bench): Promise<{ start: Start; note: string }> {
  const compiled = `${folder}/empty`;
  if (await Deno.stat(compiled).then(() => true, () => false)) {
    return { start: { command: compiled, args: [] }, note: "an empty compiled program" };
  }
  const source = `${folder}/empty.ts`;
  await Deno.writeTextFile(source, "");
  return {
    start: { command: Deno.execPath(), args: ["run", source] },
    note: "deno run of an empty file (this Deno cannot compile here; see DENORT_BIN)",
  };
}

/** Compiles the empty program; false where the base for it cannot be had. */
async function compileEmpty(folder: string): Promise<boolean> {
  await Deno.writeTextFile(`${folder}/empty.ts`, "");
  await Deno.writeTextFile(`${folder}/deno.json`, "{}");
  const output = `${folder}/empty`;
  const args = ["compile", "-q", "--no-check", "--no-code-cache", "-A", "-o", output, "empty.ts"];
  const built = await tryCommand(Deno.execPath(), args, folder);
  // A base of another version compiles to a file that does not run.
  const runs = built === undefined && await tryCommand(output, [], folder) === undefined;
  if (!runs) await Deno.remove(output).catch(() => undefined);
  return runs;
}

/** Undefined when it went well, else why not. */
async function tryCommand(
  command: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(command, {
      args,
      cwd,
      env,
      stdin: "null",
      signal: AbortSignal.timeout(900_000),
    }).output();
    return success ? undefined : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function need(command: string, ...args: string[]): Promise<void> {
  const why = await tryCommand(command, args, ".");
  if (why !== undefined) throw new Skip(`${command} is not usable: ${why.split("\n")[0]}`);
}

/** The native engine refuses a network that is open where nothing can carry its packets. */
async function needWayOut(): Promise<void> {
  await need("pasta", "--version").catch(() => need("slirp4netns", "--version"));
}

/** The first run may build an image; what it costs is not part of a measurement. */
async function mustWork({ command, args, cwd = ".", env = {} }: Start): Promise<void> {
  const why = await tryCommand(command, [...args], cwd, env);
  if (why === undefined) return;
  const lines = why.split("\n");
  const said = lines.find((line) => line.startsWith("error")) ?? lines.at(-1);
  throw new Error(`${args.join(" ")}: ${said}`);
}

async function findImage({ exe, env }: Bench): Promise<string> {
  const { stdout } = await new Deno.Command(exe, { args: ["image", "list", "--quiet"], env })
    .output();
  const [reference] = new TextDecoder().decode(stdout).split("\n");
  if (!reference) throw new Error("image list --quiet names no image after a run");
  return reference;
}

/** The image and the packages store belong to a data folder that nobody will see again. */
async function removeFromEngine(bench: Bench): Promise<void> {
  const { exe, env, project } = bench;
  const image = await findImage(bench).catch(() => undefined);
  if (image === undefined) return;
  await tryCommand(exe, ["image", "remove", image, "--yes"], project, env);
  const [, installation] = /^construct-box-([0-9a-f]+):/.exec(image) ?? [];
  if (installation === undefined) return;
  const store = `construct-${installation}-packages`;
  await tryCommand("docker", ["volume", "rm", store], project);
}

async function measure(which: Case, bench: Bench): Promise<Result> {
  const { name, budget } = which;
  const empty = { name, unit: "ms", measured: undefined, reference: undefined } as const;
  try {
    const { ours, reference, note } = await which.prepare(bench);
    const [mine = NaN, other] = await interleave([ours, reference], bench.runs);
    const verdict = judge(mine, budget, other);
    return { ...empty, measured: mine, reference: other, note, ...verdict };
  } catch (error) {
    const [note = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    const verdict = error instanceof Skip ? "skipped" : "failed";
    return { ...empty, allowed: undefined, verdict, note };
  }
}

async function measureSize({ exe, folder }: Bench): Promise<Result> {
  const megabytes = async (file: string) => (await Deno.stat(file)).size / 1e6;
  const reference = await megabytes(`${folder}/empty`).catch(() => undefined);
  const measured = await megabytes(exe);
  const note = reference === undefined ? "no reference" : "an empty compiled program";
  const verdict = judge(measured, { most: 105 }, reference);
  return { name: "executable", unit: "MB", measured, reference, note, ...verdict };
}

async function findExecutable(): Promise<string> {
  const fromDist = new URL(`dist/construct-${thisPlatform()}`, ROOT).pathname;
  const exe = Deno.env.get("CONSTRUCT_EXE") ?? fromDist;
  const info = await Deno.stat(exe).catch(() => undefined);
  if (info === undefined) throw new Error(`Cannot find ${exe}: run \`deno task build\` first`);
  return await Deno.realPath(exe);
}

async function main(args: readonly string[]): Promise<boolean> {
  const isSmoke = args.includes("--smoke");
  const exe = await findExecutable();
  const folder = await Deno.makeTempDir({ prefix: "construct-bench-" });
  const env = { HOME: `${folder}/home`, CONSTRUCT_CONFIG_DIR: `${folder}/home/construct` };
  const project = `${folder}/project`;
  const bench: Bench = { exe, runs: isSmoke ? SMOKE_RUNS : RUNS, env, project, folder };
  const results: Result[] = [];
  try {
    await Deno.mkdir(env.HOME);
    await Deno.mkdir(project);
    await compileEmpty(folder);
    results.push(await measureSize(bench));
    for (const each of CASES) results.push(await measure(each, bench));
  } finally {
    await removeFromEngine(bench);
    await Deno.remove(folder, { recursive: true });
  }
  const deno = Deno.version.deno;
  console.log(
    JSON.stringify({ deno, platform: thisPlatform(), runs: bench.runs, results }, null, 2),
  );
  console.error(formatTable(results));
  return results.every(({ verdict }) => verdict !== "failed" && (isSmoke || verdict !== "over"));
}

if (import.meta.main) {
  const isFine = await main(Deno.args).catch((thrown) => {
    console.error(`error: ${thrown instanceof Error ? thrown.message : thrown}`);
    return false;
  });
  if (!isFine) Deno.exit(1);
}
