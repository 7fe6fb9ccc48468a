/**
 * Why a native box did not start, in words that help. The programs' own words are in `trouble`
 * (templates/native) or went to the box's stderr; this looks for what usually is wrong.
 */
import { AppError } from "../../core/errors.ts";
import type { BoxPlan } from "../../core/model/box.ts";
import type { Cancellable, ClientExit } from "../../core/ports.ts";
import { noNetwork } from "./network.ts";

/** Switches by which systems forbid user namespaces, and the value that does. */
const SWITCHES = [
  { name: "user.max_user_namespaces", refuses: "0", allows: "15000" },
  { name: "kernel.unprivileged_userns_clone", refuses: "0", allows: "1" },
  { name: "kernel.apparmor_restrict_unprivileged_userns", refuses: "1", allows: "0" },
] as const;

/** What the user should read instead of an exit code. */
export function explainFailure(
  plan: BoxPlan,
  exit: ClientExit,
  trouble: string,
  { signal }: Cancellable,
): Promise<AppError> {
  signal.throwIfAborted();
  const details = { trouble, code: exit.code, signal: exit.signal };
  if (exit.signal !== undefined) {
    return answer(
      new AppError("unavailable", `Cannot start the box: its client was ended by ${exit.signal}`, {
        details,
      }),
    );
  }
  if (trouble.includes("no helper could open the network")) {
    return answer(noNetwork("slirp4netns and pasta both failed", details));
  }
  const missing = plan.mounts.find(({ source }) => !exists(source));
  if (missing !== undefined) {
    return answer(
      new AppError("unavailable", `Cannot start the box: ${missing.source} does not exist`, {
        details,
      }),
    );
  }
  const refusing = refusingSwitch();
  if (refusing !== undefined) {
    return answer(
      new AppError("unavailable", "Cannot start the box: user namespaces are switched off", {
        hint: `Switch them on: sudo sysctl ${refusing.name}=${refusing.allows}`,
        details,
      }),
    );
  }
  const why = trouble.trim().split("\n").at(-1) || `its client exited with ${exit.code}`;
  return answer(
    new AppError("unavailable", `Cannot start the box: ${why}`, {
      hint: "Run `ct engine list`, or use a container engine: --ct-engine docker",
      details,
    }),
  );
}

/** The switch that forbids namespaces to this user; undefined when none does. */
export function refusingSwitch(): { name: string; allows: string } | undefined {
  return SWITCHES.find(({ name, refuses }) => {
    if (name !== "user.max_user_namespaces" && Deno.uid() === 0) return false;
    return setting(name) === refuses;
  });
}

function setting(name: string): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/sys/${name.replaceAll(".", "/")}`).trim();
  } catch {
    return undefined;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function answer(error: AppError): Promise<AppError> {
  return Promise.resolve(error);
}
