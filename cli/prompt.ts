/**
 * Questions to the person at the terminal, on stderr because stdout is data. The answer is one line:
 * no key is read raw, so nothing can be lost between two questions. No answer means no.
 */
import { AppError } from "../core/errors.ts";

export interface Prompt {
  /**
   * Asks a question that yes or no answers.
   *
   * @throws `usage` when nobody can answer, because stdin is not a terminal.
   */
  confirm(question: string, options: { default: boolean }): Promise<boolean>;
}

export interface Keyboard {
  isTerminal: boolean;
  /** One line without its end; undefined at the end of the input. */
  readLine(): Promise<string | undefined>;
  /** Writes to stderr as it is. */
  write(text: string): void;
  /** Ends a question that waits for its answer. */
  signal: AbortSignal;
}

export function createPrompt({ isTerminal, readLine, write, signal }: Keyboard): Prompt {
  return {
    async confirm(question, options) {
      if (!isTerminal) {
        throw new AppError("usage", `Cannot ask "${question}": the input is not a terminal`, {
          hint: "Add --yes to do it without a question",
        });
      }
      write(`${question} ${options.default ? "[Y/n]" : "[y/N]"} `);
      const line = await Promise.race([aborted(signal), readLine()]);
      if (line === undefined) {
        write("\n");
        return false;
      }
      const answer = line.trim().toLowerCase();
      return answer === "" ? options.default : answer === "y" || answer === "yes";
    },
  };
}

/**
 * Asks before something is destroyed, unless the user said `--yes`.
 *
 * @throws `cancelled` when the answer is no.
 */
export async function makeSure(
  { prompt }: { prompt: Prompt },
  question: string,
  yes: boolean,
): Promise<void> {
  if (yes || await prompt.confirm(question, { default: false })) return;
  throw new AppError("cancelled", "Nothing was changed: the answer was no");
}

/** Ends as if the input had ended: the caller asks the signal why. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
