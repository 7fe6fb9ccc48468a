/**
 * stdout or stderr as something to write to. On the way of `--version`, so it imports nothing.
 */

type Stream = typeof Deno.stdout | typeof Deno.stderr;

/** Writes everything at once, so that nothing is lost when the program exits. */
export function toSink(stream: Stream) {
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
