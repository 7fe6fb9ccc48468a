/** The command line in memory: streams are strings, the client is a fake, the clock stands still. */
import { run } from "../../cli/run.ts";
import type { Notes } from "../../core/ports.ts";
import type { Entry } from "../../cli/command.ts";
import { createFakeClient, type FakeClient } from "./client.ts";
import { createFakeClock, type FakeClock } from "./clock.ts";

export interface FakeCliOptions {
  client?: FakeClient;
  /** Which of the three streams are terminals; none, when nothing is said. */
  terminals?: readonly ("stdin" | "stdout" | "stderr")[];
  /** What the person types, line by line. */
  lines?: readonly string[];
  colours?: boolean;
  codes?: boolean;
  debug?: boolean;
  entries?: readonly Entry[];
}

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface FakeCli {
  client: FakeClient;
  clock: FakeClock;
  /** Where the layers below put their notes, one for each connection. */
  connections: Notes[];
  /** How often somebody asked for Ctrl-C. */
  interruptions: number;
  interrupt(): void;
  ct(...words: string[]): Promise<CliResult>;
}

export function makeCli(options: FakeCliOptions = {}): FakeCli {
  const { terminals = [], lines = [], colours = true, codes = true, debug = false } = options;
  const stop = new AbortController();
  const left = [...lines];
  const fake: FakeCli = {
    client: options.client ?? createFakeClient(),
    clock: createFakeClock(),
    connections: [],
    interruptions: 0,
    interrupt: () => stop.abort(),
    async ct(...words) {
      let stdout = "";
      let stderr = "";
      const sink = (name: "stdout" | "stderr", write: (text: string) => unknown) => ({
        write: (text: string) => void write(text),
        isTerminal: terminals.includes(name),
        columns: () => 60,
      });
      const code = await run(words, {
        stdout: sink("stdout", (text) => stdout += text),
        stderr: sink("stderr", (text) => stderr += text),
        stdin: {
          isTerminal: terminals.includes("stdin"),
          readLine: () => Promise.resolve(left.shift()),
        },
        colours,
        codes,
        debug,
        clock: fake.clock,
        connect(notes) {
          fake.connections.push(notes);
          return Promise.resolve(fake.client);
        },
        interrupts() {
          fake.interruptions++;
          return stop.signal;
        },
      }, options.entries);
      return { code, stdout, stderr };
    },
  };
  return fake;
}
