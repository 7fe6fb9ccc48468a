/**
 * The user's terminal, which a box with a terminal shares with us. The runner makes its program
 * the foreground group; afterwards the terminal has to be ours again, as it was before. Only libc
 * can do that, so this is the one place that calls it.
 */

const SIGTTOU = 22;
const DEFAULT = 0n;
const IGNORE = 1n;
const TCSADRAIN = 1;
/** Larger than struct termios of any libc. */
const TERMIOS_BYTES = 256;

export interface Terminal {
  /** Makes us the foreground group and puts back how the terminal was. Once only. */
  takeBack(): void;
}

/** Remembers how the terminal on stdin is now; undefined when there is none, or no libc. */
export function rememberTerminal(): Terminal | undefined {
  const libc = open();
  if (libc === undefined) return undefined;
  const { tcgetattr, tcsetattr, tcsetpgrp, getpgrp, signal } = libc.symbols;
  const modes = new Uint8Array(TERMIOS_BYTES);
  if (tcgetattr(0, modes) !== 0) {
    libc.close();
    return undefined;
  }
  return {
    takeBack() {
      // A background group that sets the terminal is stopped, unless it ignores this.
      signal(SIGTTOU, IGNORE);
      tcsetpgrp(0, getpgrp());
      // Whether the program ended well or was killed in the middle of a full-screen view.
      tcsetattr(0, TCSADRAIN, modes);
      signal(SIGTTOU, DEFAULT);
      libc.close();
    },
  };
}

function open() {
  for (const name of ["libc.so.6", "libc.so"]) {
    try {
      return Deno.dlopen(name, {
        tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
        tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
        tcsetpgrp: { parameters: ["i32", "i32"], result: "i32" },
        getpgrp: { parameters: [], result: "i32" },
        signal: { parameters: ["i32", "usize"], result: "usize" },
      });
    } catch {
      continue;
    }
  }
  return undefined;
}
