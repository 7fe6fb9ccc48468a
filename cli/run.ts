/**
 * From the words of the user to an exit code: finds the command, runs it, prints what went wrong.
 * It loads no package, so that an agent starts at once, and leaves exiting to main.ts.
 */
import type { Client } from "../core/client.ts";
import { AppError, ERROR_CODES, LAUNCH_FAILED, toAppError } from "../core/errors.ts";
import { cutRunFlags, type RunFlags } from "../core/model/run_flags.ts";
import type { Clock, Notes } from "../core/ports.ts";
import { expandAlias } from "./aliases.ts";
import type { Command, Entry } from "./command.ts";
import { createNotes, createOutput, type Output } from "./output.ts";
import { findHead, readRun, RUN_COMMANDS, type RunCommand } from "./passthrough.ts";
import { printProblem } from "./problem.ts";
import { createPrompt, type Keyboard } from "./prompt.ts";
import { ENTRIES } from "./registry.ts";
import type { Sink } from "./sink.ts";

/** The world as main.ts hands it over. */
export interface World {
  stdout: Sink;
  stderr: Sink;
  stdin: Pick<Keyboard, "isTerminal" | "readLine">;
  /** False with NO_COLOR. */
  colours: boolean;
  /** False with TERM=dumb. */
  codes: boolean;
  /** True with CONSTRUCT_DEBUG=1. */
  debug: boolean;
  clock: Clock;
  /** Called only by commands that need a client, and once. */
  connect(notes: Notes): Promise<Client>;
  /** From now on the first Ctrl-C aborts this. Never called when a program gets the terminal. */
  interrupts(): AbortSignal;
}

/** Runs one command line to its end. `entries` are the commands that there are. */
export async function run(
  argv: readonly string[],
  world: World,
  entries: readonly Entry[] = ENTRIES,
): Promise<number> {
  const output = createOutput(world);
  if (argv[0] === "__complete") return await answerShell(argv.slice(1), world, output, entries);
  const head = findHead(argv);
  const before = argv.slice(0, head);
  const words = expandAlias(argv.slice(head));
  const command = RUN_COMMANDS.find(({ path }) => path[0] === words[0]);
  return command === undefined
    ? await runOwn([...before, ...words], world, output, entries)
    : await runProgram(command, before, words.slice(1), world, output);
}

/** Everything that fails before the program starts is 125, and our words never mix with its own. */
async function runProgram(
  command: RunCommand,
  before: readonly string[],
  after: readonly string[],
  world: World,
  output: Output,
): Promise<number> {
  let debug = world.debug;
  try {
    const request = readRun(command, before, after);
    if (request === undefined) {
      const { formatPage, runPage } = await import("./help.ts");
      output.out(formatPage(runPage(command), output.style));
      return 0;
    }
    debug ||= request.flags.debug;
    const flags = { ...request.flags, debug };
    using notes = createNotes(output, debug || flags.verbose);
    const client = await world.connect(notes);
    if (!flags.dryRun) return await client.run({ ...request, flags });
    const preview = await client.preview({ ...request, flags });
    const { formatPreview } = await import("./preview.ts");
    formatPreview(preview, output.style).forEach(output.out);
    return 0;
  } catch (thrown) {
    printProblem(thrown, { json: false, debug }, output);
    const { code } = toAppError(thrown);
    return code === "cancelled" ? ERROR_CODES.cancelled.exit : LAUNCH_FAILED;
  }
}

async function runOwn(
  argv: readonly string[],
  world: World,
  output: Output,
  entries: readonly Entry[],
): Promise<number> {
  let debug = world.debug;
  const signal = world.interrupts();
  try {
    const { flags, rest } = cutRunFlags(argv);
    debug ||= flags.debug;
    refuseRunFlags(flags);
    const { find, helpOf } = await import("./find.ts");
    const found = find(rest, entries);
    if (found.kind !== "entry" || asks(rest, "--help", "-h")) {
      const { formatPage } = await import("./help.ts");
      output.out(formatPage(await helpOf(found, entries), output.style));
      return 0;
    }
    const command = await found.entry.load();
    const words = rest.slice(command.path.length);
    const verbose = debug || flags.verbose;
    return await execute(command, words, { world, output, signal, verbose });
  } catch (thrown) {
    // Ask our own signal, never the error's name: a timeout below looks just like a Ctrl-C.
    const error = signal.aborted
      ? new AppError("cancelled", "Cancelled", { cause: thrown })
      : toAppError(thrown);
    printProblem(error, { json: asks(argv, "--json"), debug }, output);
    return ERROR_CODES[error.code].exit;
  }
}

interface Execution {
  world: World;
  output: Output;
  signal: AbortSignal;
  verbose: boolean;
}

async function execute(
  command: Command,
  words: readonly string[],
  { world, output, signal, verbose }: Execution,
): Promise<number> {
  // A wrong word is said at once, before anything is asked or started.
  command.parse(words);
  const { stdin, stderr, clock } = world;
  using notes = createNotes(output, verbose);
  const client = command.rpc.length === 0 ? undefined : await world.connect(notes);
  const prompt = createPrompt({ ...stdin, write: stderr.write, signal });
  return await command.execute({
    ...output,
    get client(): Client {
      if (client !== undefined) return client;
      throw new Error(`"ct ${command.path.join(" ")}" uses the client and names no rpc`);
    },
    prompt,
    signal,
    clock,
  }, words);
}

async function answerShell(
  argv: readonly string[],
  { connect, clock }: World,
  output: Output,
  entries: readonly Entry[],
): Promise<number> {
  const ignore = () => {};
  const notes = { note: ignore, progress: ignore, warn: ignore, debug: ignore };
  const { answer } = await import("./complete_answer.ts");
  const lines = await answer(argv, {
    entries,
    clock,
    connect: () => connect(notes),
  });
  lines.forEach(output.out);
  return 0;
}

/** Of our run flags, other commands only know how much to say. */
function refuseRunFlags({ verbose: _, debug: __, ...others }: RunFlags): void {
  const isSet = Object.values(others).some((value) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false
  );
  if (!isSet) return;
  throw new AppError(
    "usage",
    "Cannot read the command line: of our --ct- flags, this command takes only --ct-verbose and " +
      "--ct-debug",
    { hint: "Run `ct help` to see the commands" },
  );
}

/** True when one of our own words, those before `--`, is one of these. */
function asks(argv: readonly string[], ...flags: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => flags.includes(word));
}
