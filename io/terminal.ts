/** Our own three streams and Ctrl-C, for the command line. What is written there is not ours. */

type Stream = typeof Deno.stdout | typeof Deno.stderr;

/** Writes everything at once, so that nothing is lost when the program exits. */
function toSink(stream: Stream) {
  let isOpen = true;
  function write(text: string): void {
    let bytes = new TextEncoder().encode(text);
    try {
      while (isOpen && bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
    } catch (thrown) {
      // `ct … | head` has read enough: say no more, but end what was begun.
      if (!(thrown instanceof Deno.errors.BrokenPipe)) throw thrown;
      isOpen = false;
    }
  }
  return { write, isTerminal: stream.isTerminal(), columns };
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

/** One line as the terminal hands it over; undefined at the end of the input. */
async function readLine(): Promise<string | undefined> {
  const buffer = new Uint8Array(1024);
  const length = await Deno.stdin.read(buffer);
  return length === null ? undefined : new TextDecoder().decode(buffer.subarray(0, length));
}

/** The streams, and `interrupts`, from whose call on Ctrl-C is ours: the second one is `giveUp`. */
export function openTerminal(giveUp: () => never) {
  return {
    stdout: toSink(Deno.stdout),
    stderr: toSink(Deno.stderr),
    stdin: { isTerminal: Deno.stdin.isTerminal(), readLine },
    interrupts(): AbortSignal {
      const stop = new AbortController();
      Deno.addSignalListener("SIGINT", () => stop.signal.aborted ? giveUp() : stop.abort());
      return stop.signal;
    },
  };
}
