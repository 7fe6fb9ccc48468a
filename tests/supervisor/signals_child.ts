/**
 * A program that only watches signals, for signals_test.ts: says on stdout what each one meant. An
 * `a` on stdin aims them at a box, an `n` at none; the end of stdin ends it.
 */
import type { RunningBox } from "../../core/launch/launch.ts";
import { watchSignals } from "../../supervisor/signals.ts";

const say = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

const BOX: RunningBox = {
  client: {
    pid: 1,
    exited: Promise.resolve({ code: 0, signal: undefined }),
    stdin: undefined,
    stdout: undefined,
    stderr: undefined,
    kill() {},
  },
  signal: (name) => say(`signal ${name}`),
  end: () => say("end"),
};

using signals = watchSignals();
signals.signal.addEventListener("abort", () => say(`abort ${signals.signal.reason.code}`));
say("ready");
for await (const bytes of Deno.stdin.readable) {
  const word = new TextDecoder().decode(bytes).trim();
  signals.aim(word === "a" ? BOX : undefined);
  say(`aimed ${word}`);
}
