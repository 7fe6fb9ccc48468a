/** Opens a file in the user's editor, in this terminal. What was written is not looked at. */
import { AppError } from "../core/errors.ts";
import type { Environment } from "./paths.ts";

/** Tried in this order when the user has not named one. */
const FALLBACKS = ["nano", "vi"];

/**
 * Waits until the editor has ended.
 *
 * @throws `unavailable` when there is no editor, or it failed.
 */
export async function openEditor(path: string, env: Environment): Promise<void> {
  const named = env["VISUAL"]?.trim() || env["EDITOR"]?.trim();
  for (const words of named ? [named] : FALLBACKS) {
    // As in `code --wait`: words, but no shell to give them another meaning.
    const [program = "", ...args] = words.split(/\s+/);
    const code = await run(program, [...args, path]);
    if (code === 0) return;
    if (code !== undefined) {
      throw new AppError("unavailable", `Cannot edit ${path}: ${program} ended with code ${code}`, {
        hint: "Run `ct config check` to see what was saved",
      });
    }
  }
  const tried = named ?? FALLBACKS.join(" or ");
  throw new AppError("unavailable", `Cannot edit ${path}: ${tried} is not installed`, {
    hint: "Set EDITOR to the editor that you use",
  });
}

/** The exit code; undefined when there is no such program. */
async function run(program: string, args: readonly string[]): Promise<number | undefined> {
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
    return (await child.status).code;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
