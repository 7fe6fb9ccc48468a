/** The process on our side that carries a native box, and its streams. */
import type { BoxPlan } from "../../core/model/box.ts";
import type { BoxClient, Stdio } from "../../core/ports.ts";

/** A client whose end has not been dealt with yet. */
export type RawClient = Omit<BoxClient, "exited"> & { status: Promise<Deno.CommandStatus> };

/** Starts the client with nothing of ours but the three streams. */
export function startClient(argv: readonly string[], plan: BoxPlan, stdio: Stdio): RawClient {
  const child = spawn(argv, plan, stdio);
  return {
    pid: child.pid,
    status: child.status,
    stdin: stdio.stdin === "piped" ? child.stdin : undefined,
    stdout: stdio.stdout === "piped" ? child.stdout : undefined,
    stderr: stdio.stderr === "piped" ? child.stderr : undefined,
    kill() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
    },
  };
}

function spawn(
  [program = "", ...args]: readonly string[],
  plan: BoxPlan,
  stdio: Stdio,
): Deno.ChildProcess {
  return new Deno.Command(program, {
    args,
    ...stdio,
    cwd: "/",
    clearEnv: true,
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    // Without a terminal of its own a box must not have ours: a new session has none.
    detached: !plan.tty,
  }).spawn();
}
