/** How a failure looks on stderr. Called by run.ts and by nobody else. */
import { toAppError } from "../core/errors.ts";
import type { Output } from "./output.ts";
import { plain } from "./table.ts";

export interface ProblemLook {
  /** One JSON object in the form of the API's replies. */
  json: boolean;
  /** Causes and stacks too. */
  debug: boolean;
}

/** Prints what went wrong and what to do next. */
export function printProblem(thrown: unknown, look: ProblemLook, { err, errStyle }: Output): void {
  const error = toAppError(thrown);
  const { code, message, hint, details, requestId } = error;
  if (look.json) {
    // JSON leaves out what is undefined.
    err(JSON.stringify({ ok: false, error: { code, message, hint, details, requestId } }));
    return;
  }
  err(`${errStyle.bold(`error [${code}]:`)} ${lines(message)}`);
  if (hint !== undefined) err(`${errStyle.bold("hint:")} ${lines(hint)}`);
  if (code === "internal" && requestId !== undefined) err(`request: ${plain(requestId)}`);
  if (!look.debug) return;
  for (const cause of causes(error.cause)) err(errStyle.dim(`cause: ${lines(cause)}`));
}

/** Words of engines and files may be in it: only the ends of lines stay what they are. */
function lines(text: string): string {
  return text.split("\n").map(plain).join("\n");
}

function* causes(thrown: unknown): Iterable<string> {
  const seen = new Set<unknown>();
  while (thrown !== undefined && !seen.has(thrown)) {
    seen.add(thrown);
    if (!(thrown instanceof Error)) return yield String(thrown);
    yield thrown.stack ?? `${thrown.name}: ${thrown.message}`;
    thrown = thrown.cause;
  }
}
