/**
 * One real engine with everything that a launch needs around it, in a temporary folder. The suite
 * and other tests run programs through it exactly as the product does: over core/launch.
 */
import { AppError } from "../../core/errors.ts";
import { launch, type Outcome, type RunningBox } from "../../core/launch/launch.ts";
import type { RunFolders } from "../../core/launch/run_folder.ts";
import { type BoxMount, type BoxPlan, LABEL } from "../../core/model/box.ts";
import { BOX, runnerArgv, searchPath } from "../../core/model/layout.ts";
import { boxName, newRunId } from "../../core/model/names.ts";
import type { Engine } from "../../core/ports.ts";
import { processes } from "../../io/process.ts";
import { createRunFolders } from "../../io/run_folder.ts";
import { prepareSupport } from "../../io/support.ts";
import { systemClock } from "../../supervisor/world.ts";

export interface EngineWorld extends AsyncDisposable {
  engine: Engine;
  /** Temporary, removed at the end. */
  folder: string;
  /** Installation id of this world alone: its boxes are never another test's. */
  installation: string;
  folders: RunFolders;
  plan(program: readonly string[], change?: Partial<BoxPlan>): BoxPlan;
  run(program: readonly string[], options?: RunOptions): Promise<Ran>;
}

export interface RunOptions {
  plan?: Partial<BoxPlan>;
  environment?: Record<string, string>;
  /** Written to stdin, which then ends; undefined is an empty stdin. */
  stdin?: Uint8Array<ArrayBuffer> | string;
  onClient?: (run: RunningBox) => void;
  signal?: AbortSignal;
  /** Called with each piece of stdout. */
  onOutput?: (text: string) => void;
  folders?: RunFolders;
}

export interface Ran {
  outcome: Outcome;
  /** The exit code, when the program ran. */
  code: number | undefined;
  stdout: Uint8Array;
  text: string;
  errorText: string;
}

export async function createEngineWorld(
  make: (folder: string) => Engine,
  image: string,
): Promise<EngineWorld> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "ct-conformance-" }));
  const engine = make(`${folder}/state`);
  const installation = newRunId();
  const user = { uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 };
  const support = await prepareSupport(`${folder}/container`, user, "/bin/bash");
  await Deno.mkdir(`${folder}/home`);
  await Deno.mkdir(`${folder}/project`);
  const folders = createRunFolders({ folder: `${folder}/run`, processes, clock: systemClock });

  function plan(program: readonly string[], change: Partial<BoxPlan> = {}): BoxPlan {
    const run = newRunId();
    const owner = processes.self();
    const file = (name: string): BoxMount => bind(`${support}/${name}`, `/etc/${name}`, true);
    return {
      name: boxName(installation, "conformance", run),
      labels: {
        [LABEL.id]: installation,
        [LABEL.run]: run,
        [LABEL.agent]: "run",
        [LABEL.project]: `${folder}/project`,
        [LABEL.network]: "offline",
        [LABEL.ownerPid]: String(owner.pid),
        [LABEL.ownerStart]: owner.start,
      },
      image,
      hostname: BOX.hostname,
      user,
      workdir: "/projects/project",
      network: "none",
      limits: { pids: 512, memoryBytes: 0, cpus: 0 },
      capabilities: [],
      mayGainPrivileges: false,
      relabel: false,
      tty: false,
      entry: [
        ...runnerArgv({
          tty: false,
          needs: undefined,
          processor: Deno.build.arch,
          far: engine.far,
        }),
        "--",
        ...program,
      ],
      ...change,
      mounts: [
        bind(`${folder}/home`, BOX.home, false),
        bind(`${folder}/project`, "/projects/project", false),
        bind(support, BOX.lib, true),
        file("passwd"),
        file("group"),
        file("profile"),
        ...(change.mounts ?? []),
      ],
    };
  }

  /** As the product does it: an engine that stumbles before the program started is asked again. */
  async function run(program: readonly string[], options: RunOptions = {}): Promise<Ran> {
    for (let repeats = 2;; repeats--) {
      try {
        return await runOnce(program, options);
      } catch (error) {
        const { cause } = error instanceof Error ? error : {};
        const stumbled = cause instanceof AppError && cause.details?.["transient"] === true;
        if (!stumbled || repeats === 0) throw error;
      }
    }
  }

  async function runOnce(program: readonly string[], options: RunOptions): Promise<Ran> {
    const path = searchPath(undefined);
    const piped: Promise<unknown>[] = [];
    let stdout = new Uint8Array();
    let errorText = "";
    const outcome = await launch(
      { engine, folders: options.folders ?? folders, clock: systemClock },
      {
        plan: plan(program, options.plan),
        environment: { PATH: path, HOME: BOX.home, ...options.environment },
        stdio: {
          stdin: options.stdin === undefined ? "null" : "piped",
          stdout: "piped",
          stderr: "piped",
        },
        onClient(box) {
          const { client } = box;
          if (client.stdin !== undefined) piped.push(feed(client.stdin, options.stdin ?? ""));
          if (client.stdout !== undefined) {
            piped.push(collect(client.stdout, options.onOutput).then((all) => stdout = all));
          }
          if (client.stderr !== undefined) {
            piped.push(collect(client.stderr).then((all) => errorText = decode(all)));
          }
          options.onClient?.(box);
        },
      },
      { signal: options.signal ?? new AbortController().signal },
    ).catch(async (error) => {
      await Promise.allSettled(piped);
      throw new Error(`${error.message}: ${errorText}`, { cause: error });
    });
    await Promise.all(piped);
    const code = outcome.kind === "ended" ? outcome.code : undefined;
    return { outcome, code, stdout, text: decode(stdout), errorText };
  }

  return {
    engine,
    folder,
    installation,
    folders,
    plan,
    run,
    async [Symbol.asyncDispose]() {
      const options = { signal: new AbortController().signal };
      for (const { name } of await engine.list(installation, options)) {
        await engine.remove(name, options);
      }
      await Deno.remove(folder, { recursive: true });
    },
  };
}

export function bind(source: string, target: string, readOnly: boolean): BoxMount {
  return { kind: "bind", source, target, readOnly };
}

async function feed(
  stream: WritableStream<Uint8Array>,
  input: Uint8Array<ArrayBuffer> | string,
): Promise<void> {
  const body = new Blob([input]).stream();
  // A program that does not read to the end closes the pipe, and may.
  await body.pipeTo(stream).catch((error) => {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  });
}

async function collect(
  stream: ReadableStream<Uint8Array>,
  onOutput?: (text: string) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of stream) {
    parts.push(new Uint8Array(part));
    onOutput?.(decode(part));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
