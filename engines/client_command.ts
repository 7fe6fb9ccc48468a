/**
 * Runs an engine's own client program and reads what it says. Only drivers use it; the text never
 * leaves engines/ except as the detail of an `AppError`.
 */
import { AppError } from "../core/errors.ts";
import type { BoxClient, Cancellable, Stdio } from "../core/ports.ts";

export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Ended by an abort, a program has said what it said until then, and its code is 143.
 *
 * @throws `unavailable` when the program is not installed.
 */
export async function ask(
  program: string,
  args: readonly string[],
  { signal }: Cancellable,
): Promise<Said> {
  // An abort that came before would not end it.
  if (signal.aborted) return { code: 143, stdout: "", stderr: "" };
  let child: Deno.ChildProcess;
  try {
    child = command(program, args, { stdin: "null", stdout: "piped", stderr: "piped", signal })
      .spawn();
  } catch (cause) {
    return notInstalled(program, cause);
  }
  const streams = [child.stdout, child.stderr].map((stream) => readText(stream, signal));
  const [stdout = "", stderr = ""] = await Promise.all(streams);
  const { code } = await child.status;
  return { code, stdout, stderr: stderr.trim() };
}

/** To the end, or to the abort: a child of the program can keep its streams open for ever. */
async function readText(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream() as Decoder).getReader();
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  signal.removeEventListener("abort", stop);
  return text;
}

/** Like `ask`, and calls `line` with each line of both streams as it comes. */
export async function follow(
  program: string,
  args: readonly string[],
  line: (text: string) => void,
  { signal }: Cancellable,
): Promise<number> {
  let child: Deno.ChildProcess;
  try {
    child = command(program, args, { stdin: "null", stdout: "piped", stderr: "piped", signal })
      .spawn();
  } catch (cause) {
    return notInstalled(program, cause);
  }
  await Promise.all([child.stdout, child.stderr].map((stream) => eachLine(stream, line)));
  return (await child.status).code;
}

export interface ClientOptions {
  /** Then it has no controlling terminal, and a Ctrl-C reaches only us and is passed on once. */
  ownSession: boolean;
  /** All of its environment and its folder; ours when left out. */
  alone?: { env: Record<string, string>; cwd: string };
}

/** Starts the client that carries the streams of a box. */
export function startClient(
  program: string,
  args: readonly string[],
  stdio: Stdio,
  { ownSession, alone }: ClientOptions,
): BoxClient {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, {
      args: [...args],
      ...stdio,
      detached: ownSession,
      ...(alone !== undefined && { ...alone, clearEnv: true }),
    }).spawn();
  } catch (cause) {
    return notInstalled(program, cause);
  }
  const exited = child.status.then(({ code, signal }) => ({ code, signal: signal ?? undefined }));
  return {
    pid: child.pid,
    exited,
    stdin: stdio.stdin === "piped" ? child.stdin : undefined,
    stdout: stdio.stdout === "piped" ? child.stdout : undefined,
    stderr: stdio.stderr === "piped" ? child.stderr : undefined,
    kill() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        // It ended by itself meanwhile, which is what we want.
        if (!(error instanceof TypeError) && !(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}

function command(
  program: string,
  args: readonly string[],
  options: Deno.CommandOptions,
): Deno.Command {
  return new Deno.Command(program, { args: [...args], ...options });
}

function notInstalled(program: string, cause: unknown): never {
  if (!(cause instanceof Deno.errors.NotFound)) throw cause;
  throw new AppError("unavailable", `Cannot start "${program}": it is not installed`, {
    hint: "Run `ct engine list` to see which engines are there",
    cause,
  });
}

/** Calls `line` with each line that is not empty, until the stream ends. */
export async function eachLine(
  stream: ReadableStream<Uint8Array>,
  line: (text: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as Decoder)) {
    const lines = (rest + text).split(/\r?\n|\r/);
    rest = lines.pop() ?? "";
    lines.filter((each) => each.trim() !== "").forEach(line);
  }
  if (rest.trim() !== "") line(rest);
}

/** The library's types want a wider buffer than streams of bytes promise. */
type Decoder = ReadableWritablePair<string, Uint8Array>;
