/** Whether this machine can give a box a network of its own, and with which helpers. */
import { AppError } from "../../core/errors.ts";
import type { Tools } from "./tools.ts";

const TUNNEL = "/dev/net/tun";

/**
 * Helpers that may work, best first. Whether one does is found out by launch.pl, which tries them
 * in turn.
 *
 * @throws `unavailable` when none can.
 */
export function usableHelpers(helpers: Tools["helpers"]): Tools["helpers"] {
  if (helpers.length === 0) throw noNetwork("neither slirp4netns nor pasta is installed");
  const tunnel = tunnelTrouble();
  if (tunnel !== undefined) throw noNetwork(tunnel);
  return helpers;
}

/** Why the helpers cannot open their device; undefined when they can. */
export function tunnelTrouble(): string | undefined {
  try {
    Deno.openSync(TUNNEL, { read: true, write: true }).close();
    return undefined;
  } catch (error) {
    return error instanceof Deno.errors.NotFound
      ? `${TUNNEL} does not exist`
      : `${TUNNEL} cannot be opened by this user`;
  }
}

export function noNetwork(why: string, details: Record<string, unknown> = {}): AppError {
  const hint = why.startsWith(TUNNEL)
    ? `Open it (sudo chmod 666 ${TUNNEL}), or run without a network: -ct-n offline`
    : "Install one (sudo apt install passt), or run without a network: -ct-n offline";
  return new AppError("unavailable", `Cannot give the box a network: ${why}`, { hint, details });
}
