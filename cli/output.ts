/**
 * The only way a command speaks. stdout is data, or the agent's; notes, progress and errors go to
 * stderr. It decides how things look and never what they are.
 */
import type { Clock, Notes } from "../core/ports.ts";
import type { Sink } from "./sink.ts";
import { createStatus, type Status } from "./status.ts";
import { createStyle, type Style } from "./style.ts";
import { type Column, formatTable } from "./table.ts";

export interface OutputOptions {
  stdout: Sink;
  stderr: Sink;
  /** False with NO_COLOR: then text is never coloured, bold or dim. */
  colours: boolean;
  /** False with TERM=dumb: then no escape code is ever written. */
  codes: boolean;
  clock: Clock;
}

export interface Output {
  /** One line of data. */
  out(line: string): void;
  /** One line for people. */
  err(line: string): void;
  table<T>(rows: readonly T[], columns: readonly Column<T>[]): void;
  /** Always the same keys: what is undefined is printed as null. */
  json(value: unknown): void;
  /** How text on stdout may look. */
  style: Style;
  /** How text on stderr may look. */
  errStyle: Style;
  /** Shows on stderr that long work goes on; `using` ends it. */
  status(title: string, options?: { ticks: boolean }): Status;
}

export function createOutput(options: OutputOptions): Output {
  const { stdout, stderr, colours, codes, clock } = options;
  const style = createStyle(colours && codes && stdout.isTerminal);
  const errStyle = createStyle(colours && codes && stderr.isTerminal);
  const out = (line: string) => {
    stdout.write(`${line}\n`);
  };
  return {
    out,
    err(line) {
      stderr.write(`${line}\n`);
    },
    table: (rows, columns) => formatTable(rows, columns, style).forEach(out),
    json: (value) => out(JSON.stringify(value, (_, inner) => inner ?? null, 2)),
    style,
    errStyle,
    status: (title, { ticks } = { ticks: true }) =>
      createStatus(title, { stderr, clock, style: errStyle, rewrites: codes, ticks }),
  };
}

/**
 * Notes of the layers below, for people; `debug` lines only with `verbose`. The line of
 * progress goes away with the next note, or at the end of `using`. It does not move by itself: the
 * terminal may be another program's by then.
 */
export function createNotes(output: Output, verbose: boolean): Notes & Disposable {
  const { err, errStyle, status } = output;
  let shown: Status | undefined;
  const settle = () => {
    shown?.[Symbol.dispose]();
    shown = undefined;
  };
  const say = (line: string) => {
    settle();
    err(line);
  };
  return {
    note: say,
    progress(line) {
      shown ??= status("Preparing the box", { ticks: false });
      shown.line(line);
    },
    warn: (line) => say(`${errStyle.bold("warning:")} ${line}`),
    debug: (line) => verbose ? say(errStyle.dim(line)) : undefined,
    [Symbol.dispose]: settle,
  };
}
