/** Asks the host what layout.ts needs to know. Reads names only, never contents, but for resolv.conf. */
import type { BoxPlan } from "../../core/model/box.ts";
import { AppError } from "../../core/errors.ts";
import { ETC, type HostFacts, PROC_FROZEN, PROC_HIDDEN, TOP_FOLDERS } from "./layout.ts";

/** The facts, by some forty stat calls: under a millisecond. */
export function hostFacts(): HostFacts {
  const links: { name: string; to: string }[] = [];
  const folders: string[] = [];
  for (const name of TOP_FOLDERS) {
    const facts = lstat(name);
    if (facts?.isSymlink) links.push({ name, to: Deno.readLinkSync(name) });
    else if (facts?.isDirectory) folders.push(name);
  }
  return {
    links,
    folders,
    // A link of the host's that leads nowhere would fail the whole box.
    etc: ETC.filter((path) => stat(path) !== undefined),
    proc: [
      ...PROC_FROZEN.filter((path) => stat(path) !== undefined)
        .map((path) => ({ path, kind: "freeze" as const })),
      ...PROC_HIDDEN.flatMap((path) => {
        const facts = stat(path);
        if (facts === undefined) return [];
        return [{ path, kind: facts.isDirectory ? "hideFolder" as const : "hideFile" as const }];
      }),
    ],
  };
}

/** `search` of the host's resolv.conf, so that short names mean the same in a box; or nothing. */
export function searchLine(): string[] {
  try {
    const lines = Deno.readTextFileSync("/etc/resolv.conf").split("\n");
    const search = lines.findLast((line) => /^search\s+\S/.test(line));
    return search === undefined ? [] : [search];
  } catch {
    return [];
  }
}

/** What root mounts to be written although it is another user's: launch.pl makes it root's there. */
export function othersMounts({ mounts }: BoxPlan): { uid: number; gid: number; path: string }[] {
  if (Deno.uid() !== 0) return [];
  return mounts.filter(({ readOnly }) => !readOnly).flatMap(({ source }) => {
    const { uid, gid } = stat(source) ?? {};
    return uid && typeof gid === "number" ? [{ uid, gid, path: source }] : [];
  });
}

/**
 * Mount points are made in the box's tree while the host's files are still in reach. Below a
 * writable mount that tree is the agent's work, and a link there could lead the making anywhere.
 *
 * @throws `denied` with the link.
 */
export function refuseLinks({ mounts }: BoxPlan): void {
  for (const { target } of mounts) {
    const outer = mounts.filter((mount) =>
      !mount.readOnly && mount.target !== target && target.startsWith(`${mount.target}/`)
    );
    for (const { source, target: base } of outer) {
      let path = source;
      for (const part of target.slice(base.length + 1).split("/")) {
        path = `${path}/${part}`;
        if (lstat(path)?.isSymlink) {
          throw new AppError("denied", `Cannot mount on ${target}: ${path} is a symbolic link`, {
            hint: `Remove the link: rm ${path}`,
          });
        }
      }
    }
  }
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch {
    return undefined;
  }
}

function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch {
    return undefined;
  }
}
