/**
 * All that a command may touch. A command never reads the environment, never exits and never calls
 * Deno: whatever it needs from the world is here, so that a test can hand it another world.
 */
import type { Client } from "../core/client.ts";
import type { Clock } from "../core/ports.ts";
import type { Output } from "./output.ts";
import type { Prompt } from "./prompt.ts";

export interface CommandContext extends Output {
  /** Only for commands that name their operations in `rpc`; touching it in others is a defect. */
  client: Client;
  prompt: Prompt;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
  clock: Clock;
}

type OperationsOf<Noun extends keyof Client & string> = Client[Noun] extends
  (...args: never[]) => unknown ? Noun : `${Noun}.${keyof Client[Noun] & string}`;

/** The name of something that the client can do, such as `box.list`. */
export type Operation = { [Noun in keyof Client & string]: OperationsOf<Noun> }[
  & keyof Client
  & string
];
