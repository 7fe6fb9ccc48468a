/**
 * The program as users run it: a subprocess with a home, a project and a data folder of its own,
 * from source or, with CONSTRUCT_EXE, the executable. Disposing of it takes away all that it made
 * on an engine. It imports nothing that the program itself would have to get right.
 */
import assert from "node:assert/strict";
import { dockerPresence } from "../fixtures/docker.ts";
import { nativePresence } from "../fixtures/native.ts";
import { suite } from "../require.ts";
import { installationId } from "../../core/model/names.ts";
import { removeFromDocker, tagImage } from "./docker.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Longer than anything here takes: a program that hangs is a failure and not a stuck gate. */
const LIMIT_MS = 60_000;

export type EngineName = "docker" | "native";

export interface StartOptions {
  /** `null` is /dev/null, and also what is taken when nothing is said. */
  stdin?: "null" | "piped" | string | Uint8Array;
  /** On top of the environment of `ct.env`; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Argv in front of the program: `setpriv …`, or `sh -c 'exec "$@" <&-' sh`. */
  before?: readonly string[];
  limitMs?: number;
}

export interface BoxOptions extends StartOptions {
  /** Our own flags, before the `--`. */
  flags?: readonly string[];
}

export interface Ran {
  code: number;
  /** Name of the signal that ended the program itself. */
  signal: string | null;
  stdout: Uint8Array;
  text: string;
  errorText: string;
}

export interface Started {
  pid: number;
  child: Deno.ChildProcess;
  /** What came from stdout so far. */
  text(): string;
  /** Waits until stdout has this; fails when the program ends first. */
  sees(pattern: RegExp): Promise<RegExpExecArray>;
  ended: Promise<Ran>;
}

export interface Program extends AsyncDisposable {
  engine: EngineName;
  /** Holds everything else. */
  folder: string;
  home: string;
  project: string;
  data: string;
  /** Value of the label `construct.id` on everything that this program makes. */
  installation: string;
  env: Readonly<Record<string, string>>;
  /** Argv that starts the program itself. */
  self: readonly string[];
  /** Words of `ct run` on this engine. */
  words(program: readonly string[], flags?: readonly string[]): string[];
  /** Starts `ct <words>`, whatever they are. */
  start(words: readonly string[], options?: StartOptions): Started;
  /** `ct <words>` to its end. */
  call(words: readonly string[], options?: StartOptions): Promise<Ran>;
  /** `ct run --ct-engine … -- <program>` to its end. */
  run(program: readonly string[], options?: BoxOptions): Promise<Ran>;
  /** Writes config.toml. */
  configure(toml: string): Promise<void>;
}

export interface ProgramOptions {
  engine: EngineName;
  /** False leaves the image to the program, which then builds it on first use. */
  hasImage?: boolean;
  /** How to start the program; the default is the executable, or the source. */
  self?: readonly string[];
  /** Folder for everything; the default is a new one below the system's. */
  below?: string;
}

/** The executable under test; undefined means from source. */
export const executable = Deno.env.get("CONSTRUCT_EXE");

/** Where Deno keeps what it downloaded: a program with another HOME would look elsewhere. */
export const denoDir = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`;

export function sourceArgv(root = ROOT): string[] {
  return [Deno.execPath(), "run", "--allow-all", "--cached-only", `${root}main.ts`];
}

export async function createProgram(options: ProgramOptions): Promise<Program> {
  const { engine, hasImage = true } = options;
  const self = options.self ?? (executable === undefined ? sourceArgv() : [executable]);
  const made = await Deno.makeTempDir({
    prefix: "ct-e2e-",
    ...(options.below !== undefined && { dir: options.below }),
  });
  const folder = await Deno.realPath(made);
  const home = `${folder}/home`;
  const project = `${home}/code/demo`;
  const data = `${home}/.config/construct-cli`;
  await Deno.mkdir(project, { recursive: true });
  const installation = await installationId(data);
  // A tag is what a build would end in, and costs nothing.
  if (engine === "docker" && hasImage) await tagImage(installation);
  const children = new Set<Deno.ChildProcess>();
  const env = { ...ownEnvironment(), HOME: home, DENO_DIR: denoDir };

  function start(words: readonly string[], options: StartOptions = {}): Started {
    const child = spawn([...(options.before ?? []), ...self, ...words], {
      cwd: options.cwd ?? project,
      env: { ...env, ...options.env },
      stdin: options.stdin ?? "null",
    });
    children.add(child);
    const started = watch(child, words, options.limitMs ?? LIMIT_MS);
    started.ended.finally(() => children.delete(child)).catch(() => {});
    if (isContent(options.stdin)) feed(child, options.stdin);
    return started;
  }

  const words = (program: readonly string[], flags: readonly string[] = []) => [
    "run",
    `--ct-engine=${engine}`,
    ...flags,
    "--",
    ...program,
  ];

  return {
    engine,
    folder,
    home,
    project,
    data,
    installation,
    env,
    self,
    words,
    start,
    call: (words, options) => start(words, options).ended,
    run: (program, options = {}) => start(words(program, options.flags), options).ended,
    async configure(toml) {
      await Deno.mkdir(data, { recursive: true });
      await Deno.writeTextFile(`${data}/config.toml`, toml);
    },
    async [Symbol.asyncDispose]() {
      for (const child of children) killed(child);
      await Promise.all([...children].map((child) => child.status));
      if (engine === "docker") await removeFromDocker(installation);
      await removeFolder(folder);
    },
  };
}

/** What was ended together with its terminal may still write a last line while this removes. */
async function removeFolder(folder: string): Promise<void> {
  for (let tries = 50;; tries--) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch (error) {
      if (tries === 0 || !(error instanceof Error && /not empty/.test(error.message))) throw error;
    }
    await new Promise((next) => setTimeout(next, 20));
  }
}

export type TestOn = (name: string, body: (ct: Program) => Promise<void>) => void;

/** Registers tests on every engine that is there, each with a program of its own. */
export async function onEngines(
  define: (engine: EngineName, test: TestOn) => void,
  options: Omit<ProgramOptions, "engine"> = {},
): Promise<void> {
  const presence = { docker: await dockerPresence(), native: await nativePresence() };
  for (const engine of ["docker", "native"] as const) {
    suite(
      engine,
      presence[engine],
      () =>
        define(engine, (name, body) =>
          Deno.test(`${engine} ${name}`, async () => {
            await using ct = await createProgram({ ...options, engine });
            await body(ct);
          })),
    );
  }
}

/** Fails with all that was said, which is what one needs to see. */
export function assertCode(ran: Ran, code: number): void {
  assert.equal(ran.code, code, `stdout: ${ran.text.slice(-2000)}\nstderr: ${ran.errorText}`);
}

/** 125, with the code named on stderr and nothing on stdout. */
export function assertRefused(ran: Ran, code: string, message: RegExp): void {
  assertCode(ran, 125);
  assert.match(ran.errorText, new RegExp(`\\b${code}\\b`));
  assert.match(ran.errorText, message);
  assert.equal(ran.text, "");
}

/** The environment of whoever runs the tests, without what would lead the program elsewhere. */
function ownEnvironment(): Record<string, string> {
  const entries = Object.entries(Deno.env.toObject());
  return Object.fromEntries(entries.filter(([name]) => !/^(CONSTRUCT|CNSTR|XDG)_/.test(name)));
}

function spawn(
  [program = "", ...args]: readonly string[],
  { cwd, env, stdin }: {
    cwd: string;
    env: Record<string, string | undefined>;
    stdin: NonNullable<StartOptions["stdin"]>;
  },
): Deno.ChildProcess {
  const set = Object.entries(env).filter((entry): entry is [string, string] =>
    entry[1] !== undefined
  );
  return new Deno.Command(program, {
    args,
    cwd,
    clearEnv: true,
    env: Object.fromEntries(set),
    stdin: stdin === "null" ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function watch(child: Deno.ChildProcess, words: readonly string[], limitMs: number): Started {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let text = "";
  let isOver = false;
  let wake = () => {};
  const decoder = new TextDecoder();
  const stdout = (async () => {
    for await (const part of child.stdout) {
      parts.push(new Uint8Array(part));
      text += decoder.decode(part, { stream: true });
      wake();
    }
  })();
  const stderr = new Response(child.stderr).text();
  const hang = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    killed(child);
    // Not waiting for the streams: what the program left behind may hold them open.
    hang.reject(new Error(`ct ${words.join(" ")}: hangs\n${text}`));
  }, limitMs);
  const ended = (async (): Promise<Ran> => {
    const all = Promise.all([child.status, stderr, stdout]);
    const [status, errorText] = await Promise.race([all, hang.promise]).finally(() => {
      clearTimeout(timer);
      isOver = true;
      wake();
    });
    const { code, signal } = status;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return { code, signal, stdout: bytes, text, errorText };
  })();
  ended.catch(() => {});
  return {
    pid: child.pid,
    child,
    text: () => text,
    ended,
    async sees(pattern) {
      while (true) {
        const found = pattern.exec(text);
        if (found !== null) return found;
        if (isOver) {
          const ran = await ended;
          throw new Error(`never said ${pattern} (code ${ran.code}): ${text}\n${ran.errorText}`);
        }
        await new Promise<void>((next) => wake = next);
      }
    },
  };
}

function isContent(stdin: StartOptions["stdin"]): stdin is string | Uint8Array {
  return stdin !== undefined && stdin !== "null" && stdin !== "piped";
}

/** In the background: a program need not read all of it. */
function feed(child: Deno.ChildProcess, content: string | Uint8Array): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  new Blob([new Uint8Array(bytes)]).stream().pipeTo(child.stdin).catch((error) => {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  });
}

function killed(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
  }
}
