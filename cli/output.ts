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
  status(title: string): Status;
}

export function createOutput(options: OutputOptions): Output {
  const { stdout, stderr, colours, codes, clock } = options;
  const style = createStyle(colours && codes && stdout.isTerminal);
  const errStyle = createStyle(colours && codes && stderr.isTerminal);
  const out = (line: string) => stdout.write(`${line}\n`);
  return {
    out,
    err: (line) => stderr.write(`${line}\n`),
    table: (rows, columns) => formatTable(rows, columns, style).forEach(out),
    json: (value) => out(JSON.stringify(value, (_, inner) => inner ?? null, 2)),
    style,
    errStyle,
    status: (title) => createStatus(title, { stderr, clock, style: errStyle, rewrites: codes }),
  };
}

/** Notes of the layers below, for people. `debug` lines only when they are asked for. */
export function createNotes({ err, errStyle }: Output, debug: boolean): Notes {
  return {
    note: err,
    warn: (line) => err(`${errStyle.bold("warning:")} ${line}`),
    debug: (line) => debug ? err(errStyle.dim(line)) : undefined,
  };
}
