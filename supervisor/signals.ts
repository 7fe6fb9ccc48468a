/**
 * What our own signals mean while a box runs: the program decides about INT and its like, TERM and
 * HUP end the box. Before there is a box, all of them cancel.
 */
import { AppError } from "../core/errors.ts";
import type { RunningBox } from "../core/launch/launch.ts";

const PASSED_ON = ["SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;
const ENDING = ["SIGTERM", "SIGHUP"] as const;

export interface SignalWatch extends Disposable {
  signal: AbortSignal;
  /** From now on signals are for this box; undefined when it has ended. */
  aim(box: RunningBox | undefined): void;
}

export function watchSignals(): SignalWatch {
  const cancel = new AbortController();
  // Whoever stops on abort throws this: what the user is told.
  const cancelled = new AppError("cancelled", "Cancelled before it started");
  let box: RunningBox | undefined;
  const listeners = [
    ...PASSED_ON.map((name) =>
      [name, () => {
        if (box === undefined) cancel.abort(cancelled);
        else box.signal(name.slice("SIG".length));
      }] as const
    ),
    ...ENDING.map((name) =>
      [name, () => {
        if (box === undefined) cancel.abort(cancelled);
        else box.end();
      }] as const
    ),
  ];
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  return {
    signal: cancel.signal,
    aim: (next) => box = next,
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
    },
  };
}
