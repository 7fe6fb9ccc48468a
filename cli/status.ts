/**
 * The line on stderr that shows that long work goes on. On a terminal it is one line that rewrites
 * itself: what is done, for how long, and the last line of output; elsewhere all lines, plainly.
 */
import type { Progress } from "../core/client.ts";
import type { Clock } from "../core/ports.ts";
import type { Sink } from "./sink.ts";
import type { Style } from "./style.ts";
import { displayWidth, fit, plain } from "./table.ts";

export interface Status extends Disposable {
  line: Progress;
}

export interface StatusOptions {
  stderr: Sink;
  clock: Clock;
  style: Style;
  /** True when the terminal understands codes. */
  rewrites: boolean;
  /** True when the seconds go on between two lines. */
  ticks: boolean;
}

const CLEAR = "\r\x1b[2K";
const TICK_MS = 1000;

export function createStatus(title: string, options: StatusOptions): Status {
  const { stderr, clock, style } = options;
  if (!stderr.isTerminal || !options.rewrites) {
    stderr.write(`${title}\n`);
    return { line: (line) => stderr.write(`${stripCodes(line)}\n`), [Symbol.dispose]: () => {} };
  }

  const started = clock.now();
  let last = "";
  let timer: unknown;

  function draw(): void {
    const seconds = Math.round((clock.now() - started) / 1000);
    const head = `${title} ${seconds} s`;
    // One column stays free: a full line would wrap on some terminals.
    // Two for the gap, one for the cursor, two for the ^C that a terminal writes behind it.
    const room = stderr.columns() - displayWidth(head) - 5;
    stderr.write(`${CLEAR}${head}${room > 8 && last ? `  ${style.dim(fit(last, room))}` : ""}`);
  }
  function tick(): void {
    draw();
    if (options.ticks) timer = clock.setTimeout(tick, TICK_MS);
  }
  tick();

  return {
    line(line) {
      last = stripCodes(line).trim();
      draw();
    },
    [Symbol.dispose]() {
      clock.clearTimeout(timer);
      stderr.write(CLEAR);
    },
  };
}

// Written out because a control character in a pattern is refused: CSI, OSC, then any other pair.
const CODES = new RegExp(
  String.raw`\u001b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)`,
  "g",
);

/** The text of a line that another program coloured. A lone return starts the line anew. */
function stripCodes(line: string): string {
  const text = line.replaceAll(CODES, "").trimEnd().split("\r").at(-1) ?? "";
  return plain(text.replaceAll("\t", "  "));
}
