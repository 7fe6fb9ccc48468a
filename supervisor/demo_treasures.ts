/**
 * What the demo's agent must not reach, made for real on this machine and taken away afterwards: a
 * secret beside the project, a process, a listening port. All of it is temporary and ours.
 */
import type { Variables } from "../core/model/environment.ts";

export interface Treasures extends AsyncDisposable {
  project: string;
  home: string;
  /** Whether the user has a ~/.ssh that could be listed. */
  hasSshFolder: boolean;
  /** Where everything is, for the script. */
  environment: Record<string, string>;
}

/** Documentation addresses (RFC 5737): even with a network nobody answers there. */
const NOBODY = "192.0.2.1";

/** @throws when a treasure cannot be reached from here: a refusal would then prove nothing. */
export async function openTreasures(env: Variables): Promise<Treasures> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "construct-demo-" }));
  await Deno.mkdir(`${folder}/project`);
  await Deno.mkdir(`${folder}/home`);
  await Deno.writeTextFile(`${folder}/secret.txt`, "not for agents\n", { mode: 0o600 });
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = serve(listener);
  // A number that no other process has as its argument; it ends by itself if we cannot end it.
  const marker = `600.${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const sleeper = new Deno.Command("sleep", { args: [marker], stdin: "null" }).spawn();
  (await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port })).close();
  return {
    project: `${folder}/project`,
    home: `${folder}/home`,
    hasSshFolder: await isFolder(`${env["HOME"]}/.ssh`),
    environment: {
      DEMO_SECRET: `${folder}/secret.txt`,
      DEMO_SSH: `${env["HOME"]}/.ssh`,
      DEMO_PROCESS: marker,
      DEMO_PORT: String(listener.addr.port),
      DEMO_ADDRESS: NOBODY,
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
      sleeper.kill("SIGKILL");
      await sleeper.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function serve(listener: Deno.TcpListener): Promise<void> {
  for await (const connection of listener) connection.close();
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
