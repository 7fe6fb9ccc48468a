/**
 * A real terminal around the program: one pane of tmux with a server of its own, in which a shell
 * script runs. What the pane was sent is kept byte by byte, beside what tmux makes of it.
 */
import type { Program } from "./program.ts";
import { until } from "../engines/native/processes.ts";

const LIMIT_MS = 20_000;

export interface Pane extends AsyncDisposable {
  /** What a person would see now. */
  screen(): Promise<string>;
  /** Waits until the screen has this. */
  sees(pattern: RegExp): Promise<RegExpExecArray>;
  /** Everything that was written to the terminal so far. */
  bytes(): Uint8Array;
  /** Names of keys as tmux knows them: `C-c`, `Enter`. */
  press(...keys: string[]): Promise<void>;
  /** Sends text as it is. */
  type(text: string): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Takes the terminal away, as closing its window does. */
  close(): Promise<void>;
  /** Waits for the end of the script, and says what it said about `ct` in `$?`. */
  ended(): Promise<number>;
}

/**
 * Opens a terminal in which `script` runs in the project's folder. `ct` in it is a function that
 * starts the program; the file `code` gets the exit code of the script.
 */
export async function openPane(
  ct: Program,
  script: string,
  { columns = 100, rows = 30 } = {},
): Promise<Pane> {
  const folder = await Deno.makeTempDir({ dir: ct.folder });
  const socket = `${folder}/tmux`;
  const record = `${folder}/bytes`;
  const self = ct.self.map(quote).join(" ");
  const lines = [
    `ct() { ${self} "$@"; }`,
    `while [ ! -e ${quote(`${folder}/go`)} ]; do sleep 0.01; done`,
    script,
  ];
  await Deno.writeTextFile(`${folder}/script`, lines.join("\n"));
  // A Ctrl-C is for what the script runs; without this it would also end the pane.
  const outer = `trap : INT QUIT; sh ${quote(`${folder}/script`)}; echo $? > ${
    quote(`${folder}/code`)
  }; exec cat`;
  await Deno.writeTextFile(record, "");

  async function tmux(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-u", "-S", socket, "-f", "/dev/null", ...args],
      cwd: ct.project,
      clearEnv: true,
      env: { ...ct.env, LANG: "C.UTF-8", SHELL: "/bin/sh" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    if (success) return decoder.decode(stdout);
    throw new Error(`tmux ${args.join(" ")}: ${decoder.decode(stderr)}`);
  }

  await tmux("new-session", "-d", "-x", String(columns), "-y", String(rows), outer);
  await tmux("pipe-pane", "-o", `exec cat > ${quote(record)}`);
  await Deno.writeTextFile(`${folder}/go`, "");
  const screen = () => tmux("capture-pane", "-p", "-J");

  return {
    screen,
    async sees(pattern) {
      const deadline = Date.now() + LIMIT_MS;
      while (true) {
        const text = await screen();
        const found = pattern.exec(text);
        if (found !== null) return found;
        if (Date.now() > deadline) throw new Error(`the screen never had ${pattern}:\n${text}`);
        await new Promise((next) => setTimeout(next, 20));
      }
    },
    bytes: () => Deno.readFileSync(record),
    press: async (...keys) => void await tmux("send-keys", ...keys),
    async type(text) {
      const bytes = new TextEncoder().encode(text);
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
      await tmux("send-keys", "-H", ...hex);
    },
    resize: async (columns, rows) =>
      void await tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    close: async () => void await tmux("kill-session"),
    async ended() {
      const code = () => readText(`${folder}/code`).trim();
      if (!await until(() => code() !== "", LIMIT_MS)) {
        throw new Error(`the script in the terminal does not end:\n${await screen()}`);
      }
      return Number(code());
    },
    async [Symbol.asyncDispose]() {
      // The last session that is closed ends the server, too.
      await tmux("kill-server").catch(() => {});
    },
  };
}

/** For `sh`. Only for paths and words of tests. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
