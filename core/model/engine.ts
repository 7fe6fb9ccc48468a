/** Engines: their names, what detection learned, and the rule by which one is chosen. Pure. */
import { AppError } from "../errors.ts";

/** In the order in which `auto` tries them; native is the last resort. */
export const ENGINE_NAMES = ["container", "podman", "docker", "native"] as const;
export type EngineName = typeof ENGINE_NAMES[number];

/** Engines that this version can drive. */
export const DRIVEN: readonly EngineName[] = ["docker", "native"];

export interface EngineFacts {
  name: EngineName;
  installed: boolean;
  /** True when it can make a box now. */
  answers: boolean;
  version: string | undefined;
  /** Where it listens, or which tools it uses. */
  endpoint: string | undefined;
  /** True when the engine itself runs without root, so that uid 0 in a box is the user outside. */
  rootless: boolean;
  /** True when its boxes run under another kernel than ours, as in a virtual machine. */
  far: boolean;
  /** Why it does not answer, or what it lacks; one line. */
  detail: string | undefined;
}

export interface EngineChoice {
  name: EngineName;
  why: string;
  /** A line that the user should see, because the choice was not obvious. */
  notice: string | undefined;
}

/**
 * Chooses deterministically: the wanted engine, else the last used one that answers, else the first
 * of `ENGINE_NAMES` that answers.
 *
 * @throws `unavailable` when nothing fits, with what would help.
 */
export function chooseEngine(
  wanted: EngineName | "auto",
  last: EngineName | undefined,
  facts: readonly EngineFacts[],
): EngineChoice {
  const usable = facts.filter(({ name, answers }) => answers && DRIVEN.includes(name));
  if (wanted !== "auto") {
    if (usable.some(({ name }) => name === wanted)) {
      return { name: wanted, why: "runtime.engine or --ct-engine asks for it", notice: undefined };
    }
    throw notUsable(wanted, facts.find(({ name }) => name === wanted));
  }
  const lastUsed = usable.find(({ name }) => name === last);
  if (lastUsed !== undefined && lastUsed.name !== "native") {
    return { name: lastUsed.name, why: "it was used last and answers", notice: undefined };
  }
  const first = ENGINE_NAMES.find((name) => usable.some((engine) => engine.name === name));
  if (first === undefined) {
    throw new AppError("unavailable", "Cannot find an engine that can make a box", {
      hint: "Run `ct engine list` to see what is missing",
    });
  }
  const notice = first === "native"
    ? "using the built-in native engine: no container engine answers"
    : undefined;
  return { name: first, why: "the first that answers", notice };
}

function notUsable(wanted: EngineName, facts: EngineFacts | undefined): AppError {
  if (!DRIVEN.includes(wanted)) {
    return new AppError("unavailable", `Cannot use engine "${wanted}": not built yet`, {
      hint: "Run `ct engine list` to see the engines that work",
    });
  }
  const state = facts?.installed ? "it does not answer" : "it is not installed";
  return new AppError("unavailable", `Cannot use engine "${wanted}": ${state}`, {
    hint: facts?.detail ?? "Run `ct engine list`",
  });
}

/** True for an endpoint on another machine, where the user's projects are not. */
export function isRemote(endpoint: string | undefined): boolean {
  return /^(tcp|ssh|https?):/.test(endpoint ?? "");
}
