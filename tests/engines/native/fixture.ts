/**
 * Drives the native engine without the launcher: a plan made by hand, and the two files by which
 * the host and the runner talk. For tests only.
 */
import type { BoxPlan } from "../../../core/model/box.ts";
import type { BoxClient, Engine } from "../../../core/ports.ts";
import { createNative, type NativeOptions } from "../../../engines/native/native.ts";
import { archOf, CALLS } from "../../../engines/native/syscalls.ts";

const PRCTL = `--prctl=${CALLS.prctl[archOf(Deno.build.arch).column]}`;
const TEMPLATES = new URL("../../../templates/", import.meta.url).pathname;

export const SIGNAL = new AbortController().signal;

export interface World extends AsyncDisposable {
  folder: string;
  /** The engine's own folder. */
  state: string;
  engine: Engine;
  plan(program: readonly string[], changes?: Partial<BoxPlan>): Promise<PreparedBox>;
  /** Runs a program to its end, with its output. */
  run(program: readonly string[], changes?: Partial<BoxPlan>): Promise<Outcome>;
}

export interface PreparedBox {
  plan: BoxPlan;
  /** The host's end of the life pipe; closing it ends the program. */
  life: Deno.FsFile;
  record(): string;
}

export interface Outcome {
  code: number;
  out: string;
  err: string;
  record: string;
}

/** A temporary folder with an engine over it, gone at the end. */
export async function makeWorld(
  options: Partial<NativeOptions> = {},
  environment: Record<string, string> = {},
): Promise<World> {
  const folder = await Deno.makeTempDir({ prefix: "ct-native-" });
  const engine = createNative({
    stateFolder: `${folder}/state`,
    templates: (name) => Deno.readTextFileSync(`${TEMPLATES}${name}`),
    notes: { note() {}, progress() {}, warn() {}, debug() {} },
    ...options,
  });
  await Deno.mkdir(`${folder}/lib`);
  await Deno.copyFile(`${TEMPLATES}runner.pl`, `${folder}/lib/runner.pl`);
  await Deno.mkdir(`${folder}/project`);
  let number = 0;

  async function prepare(
    program: readonly string[],
    changes: Partial<BoxPlan> = {},
  ): Promise<PreparedBox> {
    const run = `${folder}/run-${number++}`;
    await Deno.mkdir(run);
    await Deno.writeTextFile(`${run}/record`, "");
    await new Deno.Command("mkfifo", { args: [`${run}/life`] }).output();
    const life = await Deno.open(`${run}/life`, { read: true, write: true });
    const variables = { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: "/tmp", ...environment };
    const entries = Object.entries(variables).map(([name, value]) => `${name}=${value}\0`);
    await life.write(new TextEncoder().encode(`${entries.join("")}\0`));
    const plan: BoxPlan = {
      name: `construct-test-${crypto.randomUUID().slice(0, 8)}`,
      labels: { "construct.id": "test", "construct.project": "/project" },
      image: "",
      hostname: "box",
      user: { uid: Deno.uid() ?? 0, gid: Deno.gid() ?? 0 },
      workdir: "/project",
      mounts: [
        { kind: "bind", source: `${folder}/project`, target: "/project", readOnly: false },
        { kind: "bind", source: `${folder}/lib`, target: "/opt/construct/lib", readOnly: true },
        { kind: "bind", source: run, target: "/run/construct", readOnly: true },
        {
          kind: "bind",
          source: `${run}/record`,
          target: "/run/construct/record",
          readOnly: false,
        },
      ],
      network: "none",
      limits: { pids: 0, memoryBytes: 0, cpus: 0 },
      capabilities: [],
      mayGainPrivileges: false,
      relabel: false,
      tty: false,
      entry: ["/usr/bin/perl", "/opt/construct/lib/runner.pl", PRCTL, "--", ...program],
      ...changes,
    };
    return { plan, life, record: () => Deno.readTextFileSync(`${run}/record`) };
  }

  return {
    folder,
    state: `${folder}/state`,
    engine,
    plan: prepare,
    async run(program, changes) {
      const { plan, life, record } = await prepare(program, changes);
      try {
        const client = await engine.run(
          plan,
          { stdin: "null", stdout: "piped", stderr: "piped" },
          { signal: SIGNAL },
        );
        const [out, err, { code }] = await Promise.all([
          text(client.stdout),
          text(client.stderr),
          client.exited,
        ]);
        return { code, out, err, record: record() };
      } finally {
        life.close();
      }
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

export function text(stream: BoxClient["stdout"]): Promise<string> {
  return new Response(stream).text();
}

/** For `findHelpers`: this one and no other. */
export function only(helper: string): NonNullable<NativeOptions["findHelpers"]> {
  return (found) => found.filter(({ name }) => name === helper);
}
