/** Whether this machine can make native boxes, found out by making the smallest one. */
import type { EngineFacts } from "../../core/model/engine.ts";
import type { Cancellable } from "../../core/ports.ts";
import { refusingSwitch } from "./explain.ts";
import { hostFacts } from "./host.ts";
import { tunnelTrouble } from "./network.ts";
import { bwrapVersion, canCloseNamespaces, findTools, PERL, type Tools } from "./tools.ts";

/** Asks nothing of the network and leaves nothing behind. */
export async function detectNative({ signal }: Cancellable): Promise<EngineFacts> {
  const facts = { name: "native" as const, rootless: false, far: false };
  const absent = (detail: string): EngineFacts => ({
    ...facts,
    installed: false,
    answers: false,
    version: undefined,
    endpoint: undefined,
    detail,
  });
  if (Deno.build.os !== "linux") return absent("needs Linux");
  const tools = findTools();
  if (tools.bwrap === undefined && tools.unshare === undefined) {
    return absent("needs bubblewrap, or unshare of util-linux");
  }
  const [version, works] = await Promise.all([
    tools.bwrap === undefined ? undefined : bwrapVersion(tools.bwrap, undefined, { signal }),
    tryBox(tools, signal),
  ]);
  const byBwrap = tools.bwrap !== undefined && canCloseNamespaces(version);
  const names = [
    byBwrap ? `bubblewrap ${version}` : "unshare",
    ...tools.helpers.slice(0, 1).map(({ name }) => name),
  ];
  return {
    ...facts,
    installed: true,
    answers: works && tools.perl !== undefined && (byBwrap || tools.unshare !== undefined),
    version: byBwrap ? version : undefined,
    endpoint: names.join(" + "),
    detail: detailOf(tools, works),
  };
}

function detailOf({ perl, helpers }: Tools, works: boolean): string | undefined {
  if (perl === undefined) return `${PERL} is missing: install perl-base`;
  if (!works) {
    const refusing = refusingSwitch();
    return refusing === undefined
      ? "user namespaces do not work here"
      : `user namespaces are off: sudo sysctl ${refusing.name}=${refusing.allows}`;
  }
  if (helpers.length === 0) return "offline boxes only: install passt or slirp4netns";
  const tunnel = tunnelTrouble();
  return tunnel === undefined ? undefined : `offline boxes only: ${tunnel}`;
}

/** A box around `true`, with the namespaces and the /proc that all boxes need. */
async function tryBox({ bwrap, unshare }: Tools, signal: AbortSignal): Promise<boolean> {
  const { links, folders } = hostFacts();
  const [program, args] = bwrap === undefined
    ? [unshare ?? "unshare", ["--user", "--mount", "--pid", "--fork", "--mount-proc", "true"]]
    : [bwrap, [
      "--unshare-user",
      "--unshare-pid",
      "--ro-bind",
      "/usr",
      "/usr",
      ...links.flatMap(({ name, to }) => ["--symlink", to, name]),
      ...folders.flatMap((path) => ["--ro-bind", path, path]),
      "--proc",
      "/proc",
      "--",
      "/usr/bin/true",
    ]];
  const { success } = await new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal,
  }).output();
  return success;
}
