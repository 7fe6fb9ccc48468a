/**
 * What is remembered about engines between commands, so that a run asks nothing twice. A hint only:
 * whatever it says may be wrong by now, and the caller finds out by trying.
 */
import { newRunId } from "../core/model/names.ts";
import { ENGINE_NAMES, type EngineName } from "../core/model/engine.ts";

export interface EngineMemory {
  /** The engine of the last run. */
  last: EngineName;
  rootless: boolean;
  /** Its boxes ran under another kernel than ours. */
  far: boolean;
  /** Image that was there at the last run. */
  image?: string;
  /** How the packages store was mounted then. */
  packages?: { kind: "bind" | "volume"; source: string };
  /** What DOCKER_HOST was: another endpoint is another engine. */
  endpoint: string;
  /** When that was, in ms since 1970. */
  at: number;
}

/** `file` is `<data>/cache/engine.json`. */
export async function recallEngine(
  file: string,
  endpoint: string,
): Promise<EngineMemory | undefined> {
  try {
    const memory: unknown = JSON.parse(await Deno.readTextFile(file));
    return isMemory(memory) && memory.endpoint === endpoint ? memory : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export async function rememberEngine(file: string, memory: EngineMemory): Promise<void> {
  const draft = `${file}.${newRunId()}`;
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(draft, JSON.stringify(memory), { mode: 0o600 });
  await Deno.rename(draft, file);
}

function isMemory(value: unknown): value is EngineMemory {
  return typeof value === "object" && value !== null &&
    "last" in value && ENGINE_NAMES.some((name) => name === value.last) &&
    "rootless" in value && typeof value.rootless === "boolean" &&
    "far" in value && typeof value.far === "boolean" &&
    "endpoint" in value && typeof value.endpoint === "string" &&
    "at" in value && typeof value.at === "number" &&
    (!("image" in value) || typeof value.image === "string") &&
    (!("packages" in value) || isStore(value.packages));
}

function isStore(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    "kind" in value && (value.kind === "bind" || value.kind === "volume") &&
    "source" in value && typeof value.source === "string";
}
