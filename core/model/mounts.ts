/**
 * Which folders of the host a box may see (DESIGN 5.2), and where. Pure: whoever calls has
 * resolved links and knows the places to protect.
 */
import { basename, relative } from "@std/path";
import { AppError } from "../errors.ts";
import { BOX } from "./layout.ts";

/** Places of the host that no box sees, each a real absolute path. */
export interface Protected {
  home: string;
  /** Our own data folder: the homes of all agents. */
  data: string;
  /** Sockets through which one could command an engine. */
  sockets: readonly string[];
}

/**
 * Refuses a folder that would hand the machine or its secrets to the box.
 *
 * @param path real absolute path
 * @throws `denied` with the reason and the flag that overrides it.
 */
export function refuseExposing(path: string, { home, data, sockets }: Protected): void {
  const secrets: [string, string][] = [
    [home, "your whole home folder"],
    ["/etc", "the configuration of this machine"],
    [`${home}/.ssh`, "your SSH keys"],
    [data, "the homes of all agents"],
    ...sockets.map((socket): [string, string] => [socket, "the socket of a container engine"]),
  ];
  const inside = ["/etc", `${home}/.ssh`, data];
  const exposed = secrets.find(([secret]) => contains(path, secret)) ??
    secrets.find(([secret]) => inside.includes(secret) && contains(secret, path));
  if (exposed === undefined && !["/proc", "/sys", "/dev"].some((root) => contains(root, path))) {
    return;
  }
  const what = exposed?.[1] ?? "the kernel's own files";
  throw new AppError("denied", `Cannot mount "${path}": it would expose ${what} to the agent`, {
    hint: "Change to the folder of a project, or add --ct-unsafe-mounts if that is what you want",
  });
}

/** True when `inner` is `outer` or below it. */
export function contains(outer: string, inner: string): boolean {
  return outer === "/" || inner === outer || inner.startsWith(`${outer}/`);
}

/** Where a project is in the box. */
export function projectTarget(root: string, style: "projects" | "same"): string {
  return style === "same" ? root : `${BOX.projects}/${basename(root)}`;
}

/** The folder of the box that is `cwd` of the host. */
export function targetOf(cwd: string, root: string, target: string): string {
  const below = relative(root, cwd);
  return below === "" ? target : `${target}/${below}`;
}

/** Cuts `PATH[:ro]` of --ct-mount. A path that itself ends in `:ro` cannot be written this way. */
export function parseMount(typed: string): { path: string; readOnly: boolean } {
  return typed.endsWith(":ro")
    ? { path: typed.slice(0, -3), readOnly: true }
    : { path: typed, readOnly: false };
}

/** Engines carry mounts as one line of text, which control characters would break. */
export function refuseUnprintable(path: string): void {
  // deno-lint-ignore no-control-regex -- control characters are what this rule is about
  if (/[\x00-\x1f\x7f]/.test(path)) {
    throw new AppError(
      "invalid",
      `Cannot mount ${JSON.stringify(path)}: it has control characters`,
      {
        hint: "Rename the folder",
      },
    );
  }
}
