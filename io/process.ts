/** Processes of this machine, told apart by start time: a pid alone may be somebody else's by now. */
import type { Processes } from "../core/ports.ts";

export const processes: Processes = {
  self: () => ({ pid: Deno.pid, start: startOf(Deno.pid) ?? "" }),
  isAlive: ({ pid, start }) => pid > 0 && startOf(pid) === start,
};

/** Start time in ticks since boot (proc_pid_stat(5), field 22), or what `ps` says on macOS. */
function startOf(pid: number): string | undefined {
  return Deno.build.os === "linux" ? startFromProc(pid) : startFromPs(pid);
}

function startFromProc(pid: number): string | undefined {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The name in parentheses may itself have spaces and parentheses.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : rest[18];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function startFromPs(pid: number): string | undefined {
  const { success, stdout } = new Deno.Command("ps", {
    args: ["-o", "lstart=", "-p", String(pid)],
    stderr: "null",
  }).outputSync();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}
