/**
 * The files that a native box is started with: templates, the filter, and the few of /etc that are
 * the box's own. All below the state folder, 0600: no box sees that folder.
 */
import type { BoxPlan } from "../../core/model/box.ts";
import { searchLine } from "./host.ts";
import type { BoxFiles } from "./layout.ts";

/**
 * Keeps `content` in `folder` under a name that carries its hash, and returns the path. Written
 * once, whole or not at all.
 */
export async function keepFile(
  folder: string,
  name: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const path = `${folder}/${digest.toHex().slice(0, 16)}-${name}`;
  if (exists(path)) return path;
  const draft = `${path}.${crypto.randomUUID()}`;
  Deno.writeFileSync(draft, content, { mode: 0o600 });
  Deno.renameSync(draft, path);
  return path;
}

/** Where the box's own members of /etc are, in its folder. */
export function boxFiles(folder: string, { network }: BoxPlan): BoxFiles {
  return {
    hosts: `${folder}/hosts`,
    nsswitch: `${folder}/nsswitch`,
    resolv: network === "open" ? `${folder}/resolv` : undefined,
    passwd: `${folder}/passwd`,
    group: `${folder}/group`,
  };
}

/** Writes them. The launcher's own passwd and group, where it has some, are mounted instead. */
export function writeBoxFiles(files: BoxFiles, { user, hostname }: BoxPlan): void {
  const { uid, gid } = user;
  write(files.hosts, [`127.0.0.1 localhost ${hostname}`, "::1 localhost"]);
  write(files.nsswitch, ["passwd: files", "group: files", "hosts: files dns"]);
  if (files.resolv !== undefined) {
    // The address at which the network helper answers for the host's resolver: launch.pl.
    write(files.resolv, ["nameserver 10.0.2.3", ...searchLine()]);
  }
  write(files.passwd, [
    "root:x:0:0:root:/root:/bin/sh",
    ...(uid === 0 ? [] : [`user:x:${uid}:${gid}::/:/bin/sh`]),
    "nobody:x:65534:65534::/:/usr/sbin/nologin",
  ]);
  write(files.group, [
    "root:x:0:",
    ...(gid === 0 ? [] : [`user:x:${gid}:`]),
    "nogroup:x:65534:",
  ]);
}

function write(path: string, lines: readonly string[]): void {
  Deno.writeTextFileSync(path, `${lines.join("\n")}\n`, { mode: 0o600 });
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
