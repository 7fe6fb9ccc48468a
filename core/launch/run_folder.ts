/**
 * The folder that a run shares with its box, as a port, and what the runner writes there. The
 * record is the truth about the program: an engine's client may die or lie.
 */
import type { BoxMount } from "../model/box.ts";
import type { Cancellable, LifeLine } from "../ports.ts";

/** What the runner has said so far (templates/runner.pl). */
export interface RunRecord {
  /** Network interfaces that it saw before any program ran; undefined until it is ready. */
  interfaces: string[] | undefined;
  /** The file that `--needs` named was not there; the program was not started. */
  missing: string | undefined;
  pid: number | undefined;
  exitCode: number | undefined;
}

export interface RunFolder extends AsyncDisposable {
  /** What the box must mount. */
  mounts: readonly BoxMount[];
  /** Takes over the life line of a box that this folder's own pipe does not reach. */
  attach(line: LifeLine): void;
  /** Hands the program its environment. Until then the program does not start. */
  send(environment: Readonly<Record<string, string>>): Promise<void>;
  /** Passes a signal on to the program, such as `INT`. */
  signal(name: string): Promise<void>;
  /** Ends the program: TERM, and a second later the whole box. */
  end(): void;
  /**
   * Waits until the runner is there, or says that something is missing. From then on nobody else
   * can find the life pipe: a program that held it open could outlive us.
   */
  ready(options: Cancellable): Promise<RunRecord>;
  record(): Promise<RunRecord>;
}

export interface RunFolders {
  /** The owner of the folder is this process: when it is gone, `sweep` may remove the rest. */
  open(box: { name: string; engine: string; far: boolean }): Promise<RunFolder>;
  /** Boxes whose owner died, with the folders that can go once the box is gone. */
  abandoned(): Promise<{ box: string; engine: string; forget: () => Promise<void> }[]>;
}

/** A hostile program can write to its record, so only the first word of each kind counts. */
export function parseRecord(text: string): RunRecord {
  const said = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, word, rest] = /^([a-z]+)(?: (.*))?$/.exec(line) ?? [];
    if (word !== undefined && !said.has(word)) said.set(word, rest ?? "");
  }
  return {
    interfaces: said.get("ready")?.split(",").filter((name) => name !== ""),
    // The runner says only one of the two, so a program that runs cannot have been missing.
    missing: said.has("started") ? undefined : said.get("missing"),
    pid: toNumber(said.get("started"), 2 ** 22),
    exitCode: toNumber(said.get("exit"), 255),
  };
}

function toNumber(text: string | undefined, most: number): number | undefined {
  const value = /^\d{1,7}$/.test(text ?? "") ? Number(text) : undefined;
  return value !== undefined && value <= most ? value : undefined;
}
