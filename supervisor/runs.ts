/**
 * `ct run`, `ct shell`, `ct <agent>`: gathers facts, makes the plan, launches, and repairs what a
 * first use lacks (image, agent) before it tries again. Joins the steps; the steps are in core/.
 */
import { basename, resolve } from "@std/path";
import type { Launcher, RunRequest } from "../core/client.ts";
import { AppError } from "../core/errors.ts";
import { launch } from "../core/launch/launch.ts";
import { homeFolder, type PlannedRun, planRun } from "../core/launch/plan.ts";
import { type Agent, findAgent } from "../core/model/agents.ts";
import type { Config } from "../core/model/config.ts";
import { type GitIdentity, identityVariables } from "../core/model/environment.ts";
import type { HostFacts, ProjectFolder } from "../core/model/host.ts";
import { parseMount } from "../core/model/mounts.ts";
import { newRunId, storeName } from "../core/model/names.ts";
import { LABEL } from "../core/model/box.ts";
import type { Cancellable, Engine } from "../core/ports.ts";
import { VERSION } from "../core/version.ts";
import { findProject, readGitIdentity, readHost } from "../io/host.ts";
import { processes } from "../io/process.ts";
import { prepareSupport } from "../io/support.ts";
import { sweep } from "./boxes.ts";
import { choose, type Chosen } from "./choice.ts";
import { ensureImage, imagePlan } from "./images.ts";
import { installAgent } from "./installs.ts";
import { type SignalWatch, watchSignals } from "./signals.ts";
import type { World } from "./world.ts";

/** What a run knows before it has an engine. */
export interface Facts {
  request: RunRequest;
  agent: Agent | undefined;
  config: Config;
  host: HostFacts;
  project: ProjectFolder;
  /** Asked while the box starts: only the environment needs it. */
  identity: Promise<GitIdentity>;
}

/** An engine with everything on it that a plan needs. */
export interface Prepared {
  engine: Engine;
  chosen: Chosen;
  image: string;
  support: string;
  packages: { kind: "bind" | "volume"; source: string };
}

export function createRuns(world: World): Launcher {
  return {
    async run(request) {
      using signals = watchSignals();
      const facts = await gather(world, request);
      const swept = keepHouse(world, sweep(world, signals));
      try {
        return await runOnce(world, facts, signals);
      } finally {
        await swept;
        if (facts.config.maintenance.cleanupEnabled) {
          const { logRetentionDays } = facts.config.maintenance;
          await keepHouse(world, world.log.clean(logRetentionDays));
        }
      }
    },

    async preview(request) {
      const never = new AbortController().signal;
      const facts = await gather(world, request);
      const wish = { wanted: wantedEngine(facts), fresh: false, mayStart: false };
      const chosen = await choose(world, wish, { signal: never });
      const engine = world.engine(chosen.choice.name, chosen.far);
      const { reference } = await imagePlan(world, facts.config, false);
      const packages = { kind: "volume" as const, source: storeName(world.installation) };
      const support = await prepareSupport(
        `${world.data}/container`,
        facts.host.user,
        facts.config.sandbox.shell,
      );
      const planned = await planFor(world, facts, {
        engine,
        chosen,
        image: reference,
        support,
        packages,
      });
      return {
        engine: chosen.choice,
        plan: planned.plan,
        program: planned.program,
        environment: [
          ...Object.keys(identityVariables(await facts.identity)),
          ...Object.keys(planned.environment),
        ].sort(),
        argv: engine.argv(planned.plan),
        unmet: await engine.unmet(planned.plan),
      };
    },
  };
}

/** Work beside a run: a failure of it is told, and costs the program neither life nor exit code. */
async function keepHouse(world: World, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    world.notes.warn(`cannot keep order: ${error instanceof Error ? error.message : error}`);
  }
}

/** What a run knows about the user, the project and the machine before an engine is chosen. */
export async function gather(world: World, request: RunRequest): Promise<Facts> {
  const [config, host] = await Promise.all([world.config(), readHost(world.env)]);
  const project = await findProject(world.cwd, Object.keys(config.projects), host.home);
  const agent = request.agent === undefined ? undefined : findAgent(request.agent);
  const identity = config.sandbox.propagateGitIdentity
    ? readGitIdentity(world.cwd)
    : Promise.resolve({});
  return { request, agent, config, host, project, identity };
}

function wantedEngine({ request, config, project }: Facts) {
  return request.flags.engine ?? config.projects[project.root]?.engine ?? config.runtime.engine;
}

/** After a failure of the engine that passes by itself. */
const MOST_REPEATS = 2;

/** True for a failure that is likely gone a moment later (engines say so in the details). */
function isTransient(error: unknown): boolean {
  return error instanceof AppError && error.details?.["transient"] === true;
}

/** Runs to the end of the program. Each thing that can be missing is repaired at most once. */
async function runOnce(world: World, facts: Facts, signals: SignalWatch): Promise<number> {
  let prepared = await prepare(world, facts, false, signals);
  let mayAskAgain = prepared.chosen.memory !== undefined;
  let mayInstall = true;
  let repeats = facts.host.stdinIsDevice ? MOST_REPEATS : 0;
  while (true) {
    const planned = await planFor(world, facts, prepared);
    for (const line of await prepared.engine.unmet(planned.plan)) world.notes.warn(line);
    try {
      const outcome = await start(world, {
        planned,
        identity: facts.identity,
        engine: prepared.engine,
      }, signals);
      if (outcome.kind === "ended") {
        if (outcome.note !== undefined) world.notes.warn(outcome.note);
        return outcome.code;
      }
      if (!mayInstall || facts.agent === undefined) throw notInstalled(outcome.path);
      mayInstall = false;
      // It made a box: what is remembered about the engine is so, whatever comes now.
      mayAskAgain = false;
      await installAgent(world, { ...facts, ...prepared, agent: facts.agent }, signals);
    } catch (error) {
      if (isTransient(error) && repeats-- > 0) {
        world.notes.note("the engine stumbled before the program started: trying again");
        continue;
      }
      const isStale = error instanceof AppError &&
        (error.code === "unavailable" || error.code === "notFound");
      if (!isStale || !mayAskAgain) throw error;
      // What was remembered about the engine is no longer so.
      world.notes.debug(`asking the engines again: ${error.message}`);
      mayAskAgain = false;
      prepared = await prepare(world, facts, true, signals);
    }
  }
}

/** Chooses the engine and makes sure of what a plan needs on it; a first use builds the image. */
export async function prepare(
  world: World,
  facts: Facts,
  fresh: boolean,
  options: Cancellable,
): Promise<Prepared> {
  const { config, host, agent } = facts;
  const wish = { wanted: wantedEngine(facts), fresh, mayStart: true };
  const chosen = await choose(world, wish, options);
  if (chosen.choice.notice !== undefined) world.notes.note(chosen.choice.notice);
  if (config.sandbox.home === "shared" && agent !== undefined) {
    world.notes.note('sandbox.home is "shared": this agent sees what all others keep there');
  }
  const engine = world.engine(chosen.choice.name, chosen.far);
  const { reference } = await imagePlan(world, config, false);
  const user = chosen.rootless ? { uid: 0, gid: 0 } : host.user;
  const [support] = await Promise.all([
    prepareSupport(`${world.data}/container`, user, config.sandbox.shell),
    Deno.mkdir(`${world.data}/${homeFolder(agent, config)}`, { recursive: true, mode: 0o700 }),
  ]);
  const known = chosen.memory?.image === reference ? chosen.memory.packages : undefined;
  if (known !== undefined) return { engine, chosen, image: reference, support, packages: known };
  const progress = (line: string) => world.notes.progress(line);
  if (engine.hasImages) {
    const wish = { noCache: false, force: false, progress, ...options };
    const { built, milliseconds } = await ensureImage(world, engine, wish);
    // Also what takes the line of progress away before the terminal is the program's.
    if (built) world.notes.note(`built the image in ${(milliseconds / 1000).toFixed(1)} s`);
  }
  const labels = { [LABEL.id]: world.installation, [LABEL.version]: VERSION };
  const packages = await engine.store(storeName(world.installation), labels, options);
  const { name } = chosen.choice;
  await world.remember({
    last: name,
    rootless: chosen.rootless,
    far: chosen.far,
    image: reference,
    packages,
  });
  return { engine, chosen, image: reference, support, packages };
}

export async function planFor(world: World, facts: Facts, prepared: Prepared): Promise<PlannedRun> {
  const { image, support, packages, chosen } = prepared;
  const { agent, config, project, request } = facts;
  const typed = [...config.projects[project.root]?.mounts ?? [], ...request.flags.mounts];
  return planRun({
    ...facts,
    data: world.data,
    installation: world.installation,
    run: newRunId(),
    owner: processes.self(),
    version: VERSION,
    image,
    rootless: chosen.rootless,
    far: prepared.engine.far,
    support,
    packages,
    extraMounts: await Promise.all(typed.map((word) => resolveMount(word, world.cwd))),
    settings: agent === undefined ? [] : await listSettings(world, agent),
  });
}

async function start(
  world: World,
  { planned: { plan, environment, mode }, identity, engine }: {
    planned: PlannedRun;
    identity: Promise<GitIdentity>;
    engine: Engine;
  },
  signals: SignalWatch,
) {
  const stdio = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;
  const facts = { engine: engine.name, network: mode, project: plan.labels[LABEL.project] };
  const write = (event: string, facts: Record<string, unknown>) =>
    keepHouse(world, world.log.write(plan.name, event, facts));
  // Beside the start, not before it: every millisecond here is one that the user waits.
  const begun = write("started", facts);
  try {
    const outcome = await launch({ engine, folders: world.folders, clock: world.clock }, {
      plan,
      environment: identity.then((who) => ({ ...identityVariables(who), ...environment })),
      stdio,
      onClient: signals.aim,
    }, signals);
    await begun;
    await write("ended", { ...outcome });
    return outcome;
  } catch (error) {
    await begun;
    const message = error instanceof Error ? error.message : String(error);
    await write("failed", { message });
    throw error;
  } finally {
    signals.aim(undefined);
  }
}

/** @throws `notFound` for a path that is not there. */
async function resolveMount(word: string, cwd: string) {
  const { path, readOnly } = parseMount(word);
  try {
    return { path: await Deno.realPath(resolve(cwd, path)), readOnly };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new AppError("notFound", `Cannot mount "${path}": there is no such file or folder`, {
      hint: "Write --ct-mount PATH or --ct-mount PATH:ro",
    });
  }
}

/** What the user put into `agents-config/<agent>/`: each entry is mounted over the agent's own. */
async function listSettings({ data }: World, { name }: Agent): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(`${data}/agents-config/${name}`)) names.push(entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

function notInstalled(path: string): AppError {
  return new AppError("unavailable", `Cannot start: "${basename(path)}" is not in the store`, {
    hint: "Run the command again to install it",
  });
}
