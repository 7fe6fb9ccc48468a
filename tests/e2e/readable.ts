/** The program where an ordinary user can read and start it, wherever the repository is. */
import { denoDir, executable, type StartOptions } from "./program.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** All that the program is made of. */
const PARTS = ["cli", "core", "engines", "io", "supervisor", "templates"];
const FILES = ["main.ts", "deno.json", "deno.lock"];

export interface ReadableProgram extends AsyncDisposable {
  self: readonly string[];
  /** Variables that it needs to find what it is made of. */
  env: Record<string, string>;
}

export async function createReadable(): Promise<ReadableProgram> {
  const folder = await Deno.makeTempDir({ prefix: "ct-e2e-program-" });
  const dispose = { [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
  if (executable !== undefined) {
    await Deno.copyFile(executable, `${folder}/construct`);
    await openToAll(folder);
    return { self: [`${folder}/construct`], env: {}, ...dispose };
  }
  for (const part of PARTS) await copy(`${ROOT}${part}`, `${folder}/${part}`);
  for (const file of FILES) await copy(`${ROOT}${file}`, `${folder}/${file}`);
  await copy(Deno.execPath(), `${folder}/deno`);
  await copy(`${denoDir}/npm`, `${folder}/cache/npm`);
  await openToAll(folder);
  return {
    self: [`${folder}/deno`, "run", "--allow-all", "--cached-only", `${folder}/main.ts`],
    env: { DENO_DIR: `${folder}/cache` },
    ...dispose,
  };
}

/** Starts the program as this user, who may be in one more group. */
export function asUser(uid: number, group: number | undefined): Pick<StartOptions, "before"> {
  const groups = group === undefined ? "--clear-groups" : `--groups=${group}`;
  return { before: ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, groups] };
}

/** Gives everything below to this user. */
export async function giveTo(uid: number, folder: string): Promise<void> {
  await run("chown", "-R", `${uid}:${uid}`, folder);
}

async function copy(from: string, to: string): Promise<void> {
  await run("mkdir", "-p", to.slice(0, to.lastIndexOf("/")));
  await run("cp", "-RL", from, to);
}

async function openToAll(folder: string): Promise<void> {
  // Deno writes into its cache, even when it only reads from it.
  await run("chmod", "-R", "a+rwX", folder);
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  if (!success) throw new Error(`${program} ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
