/**
 * Finds out which engines are installed and which answer. Asks all at once, with a limit, and never
 * starts one: that is start.ts, and only for a box that somebody asked for.
 */
import { type EngineFacts, type EngineName, isRemote } from "../core/model/engine.ts";
import type { Cancellable } from "../core/ports.ts";
import { ask } from "./client_command.ts";
import { detectNative } from "./native/detect.ts";

/** An engine that takes longer is busy or broken, and counts as not answering. */
const LIMIT_MS = 2000;

export async function detectEngines({ signal }: Cancellable): Promise<EngineFacts[]> {
  const limited = { signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]) };
  const probes = [detectContainer, detectPodman, detectDocker, detectNative];
  const facts = await Promise.all(probes.map((probe) => probe(limited)));
  signal.throwIfAborted();
  return facts;
}

async function detectDocker(options: Cancellable): Promise<EngineFacts> {
  const format = '{"server":{{json .ServerVersion}},"security":{{json .SecurityOptions}},' +
    '"kernel":{{json .KernelVersion}}}';
  const [info, context] = await Promise.all([
    query("docker", ["info", `--format=${format}`], options),
    query("docker", ["context", "inspect", "--format={{.Endpoints.docker.Host}}"], options),
  ]);
  if (info === undefined) return absent("docker");
  const { server, security, kernel } = readInfo(info.stdout);
  const rootless = security.some((line) => line.startsWith("name=rootless"));
  const endpoint = Deno.env.get("DOCKER_HOST") || context?.stdout.trim();
  // Your project is there only when the engine sees this machine's files.
  const remote = isRemote(endpoint)
    ? "its engine is on another machine, where your project is not"
    : undefined;
  const silent = server === undefined
    ? firstLine(info.stderr) ?? "it did not answer in time"
    : undefined;
  return {
    name: "docker",
    installed: true,
    answers: server !== undefined && remote === undefined,
    version: server,
    endpoint,
    rootless,
    far: kernel !== Deno.osRelease(),
    detail: remote ?? silent,
  };
}

/** Docker prints the object even when its server is away, with an empty version. */
function readInfo(json: string): { server?: string; security: string[]; kernel?: string } {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null) return { security: [] };
    const text = (name: string) => {
      const found = Object.entries(value).find(([key]) => key === name)?.[1];
      return typeof found === "string" && found !== "" ? found : undefined;
    };
    const [server, kernel] = [text("server"), text("kernel")];
    const security = "security" in value && Array.isArray(value.security) ? value.security : [];
    return {
      security: security.map(String),
      ...(server !== undefined && { server }),
      ...(kernel !== undefined && { kernel }),
    };
  } catch {
    // No JSON at all is the same as no answer.
    return { security: [] };
  }
}

async function detectPodman(options: Cancellable): Promise<EngineFacts> {
  const said = await query("podman", ["version", "--format={{.Client.Version}}"], options);
  if (said === undefined) return absent("podman");
  return notDriven("podman", said.stdout.trim());
}

async function detectContainer(options: Cancellable): Promise<EngineFacts> {
  const said = await query("container", ["--version"], options);
  if (said === undefined) return absent("container");
  return notDriven("container", /\d+(\.\d+)+/.exec(said.stdout)?.[0]);
}

function notDriven(name: EngineName, version: string | undefined): EngineFacts {
  return {
    name,
    installed: true,
    answers: false,
    version: version === "" ? undefined : version,
    endpoint: undefined,
    rootless: false,
    far: false,
    detail: "not built yet: the next version drives it",
  };
}

function absent(name: EngineName): EngineFacts {
  return {
    name,
    installed: false,
    answers: false,
    version: undefined,
    endpoint: undefined,
    rootless: false,
    far: false,
    detail: "not installed",
  };
}

/** Undefined when the program is not there. Out of time counts as having said nothing. */
async function query(program: string, args: readonly string[], options: Cancellable) {
  try {
    return await ask(program, args, options);
  } catch (error) {
    if (options.signal.aborted) return { code: 1, stdout: "", stderr: "" };
    if (error instanceof Error && error.cause instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function firstLine(text: string): string | undefined {
  return text.split("\n").find((line) => line.trim() !== "")?.trim();
}
