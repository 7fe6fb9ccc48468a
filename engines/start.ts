/**
 * Starts an engine that is installed but not running (spec/construct-cli.md 4.1). Only for a box
 * that somebody asked for, never from a list. It asks for no password: what needs one fails.
 */
import { AppError } from "../core/errors.ts";
import type { EngineName } from "../core/model/engine.ts";
import type { Cancellable } from "../core/ports.ts";
import { ask } from "./client_command.ts";

const LIMIT_MS = 60_000;
const BETWEEN_MS = 500;

/** Each is tried in order until one says that it worked. */
const WAYS: Readonly<Record<string, readonly string[][]>> = {
  linux: [
    ["systemctl", "--no-ask-password", "start", "docker"],
    ["systemctl", "--user", "--no-ask-password", "start", "docker"],
    ["service", "docker", "start"],
  ],
  darwin: [["open", "-a", "OrbStack"], ["colima", "start"], ["open", "-a", "Docker"]],
};

/**
 * @param answers asked again and again after a way that worked
 * @throws `unavailable` when no way works or the engine does not answer within a minute.
 */
export async function startEngine(
  name: EngineName,
  answers: () => Promise<boolean>,
  options: Cancellable,
): Promise<void> {
  if (name !== "docker" || !await tryWays(WAYS[Deno.build.os] ?? [], options)) {
    throw new AppError("unavailable", `Cannot start engine "${name}": no way to start it works`, {
      hint: `Start ${name} yourself, then run \`ct engine list\``,
    });
  }
  const deadline = AbortSignal.timeout(LIMIT_MS);
  while (!await answers()) {
    options.signal.throwIfAborted();
    if (deadline.aborted) {
      throw new AppError(
        "timeout",
        `Cannot use engine "${name}": started, but it does not answer`,
        {
          hint: "Run `ct engine list` in a moment",
        },
      );
    }
    await new Promise((done) => setTimeout(done, BETWEEN_MS));
  }
}

async function tryWays(ways: readonly string[][], options: Cancellable): Promise<boolean> {
  for (const [program = "", ...args] of ways) {
    const said = await ask(program, args, options).catch((error) => {
      if (error instanceof AppError) return undefined;
      throw error;
    });
    options.signal.throwIfAborted();
    if (said?.code === 0) return true;
  }
  return false;
}
