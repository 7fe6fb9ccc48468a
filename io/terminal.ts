/** Our own streams and Ctrl-C, for the command line. What is written there is not decided here. */
import { toSink } from "./sink.ts";

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
