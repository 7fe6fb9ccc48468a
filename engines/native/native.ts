/**
 * The built-in engine: boxes made of Linux namespaces, with nothing to install but bubblewrap or
 * util-linux. Joins the pieces of this folder; what a box may see and call is layout.ts and
 * seccomp.ts. It has no images, and no daemon: a box lives as long as the process that started it.
 */
import { AppError } from "../../core/errors.ts";
import type { BoxInfo } from "../../core/model/box.ts";
import type { ClientExit, Engine } from "../../core/ports.ts";
import { startClient } from "../client_command.ts";
import * as boxes from "./boxes.ts";
import { findInit, remove, stop, sweep } from "./end.ts";
import { explainFailure } from "./explain.ts";
import { hastenMoves, unmetLimits } from "./limits.ts";
import { commandLine, type NativeOptions, prepare } from "./prepare.ts";
import { rememberTerminal } from "./terminal.ts";

export type { NativeOptions };

/** Where the client finds what it starts; the program's own PATH comes with its environment. */
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The engine over this machine. Nothing is asked of the machine before a box is wanted. */
export function createNative(options: NativeOptions): Engine {
  const base = options.stateFolder;
  const hastened = options.hasten ? hastenMoves() : undefined;
  // Why boxes of ours failed, kept for `explain`: their folders are gone by then.
  const troubles = new Map<string, string>();

  return {
    name: "native",
    hasImages: false,
    far: false,
    unmet: (plan) => Promise.resolve(unmetLimits(plan)),
    argv: (plan) => commandLine(base, plan, options),
    async run(plan, stdio, { signal }) {
      signal.throwIfAborted();
      const argv = await prepare(base, plan, options, { signal });
      const terminal = plan.tty ? rememberTerminal() : undefined;
      const [program = "", ...args] = argv;
      const { exited, ...client } = startClient(program, args, stdio, {
        // Without a terminal of its own a box must not have ours: a new session has none.
        ownSession: !plan.tty,
        alone: { env: { PATH: SYSTEM_PATH }, cwd: "/" },
      });
      return {
        ...client,
        exited: exited.then(async (exit): Promise<ClientExit> => {
          await hastened;
          terminal?.takeBack();
          const folder = boxes.boxFolder(base, plan.name);
          troubles.set(plan.name, boxes.readTrouble(folder));
          await sweep(base, plan.name);
          return exit;
        }),
      };
    },
    openPipe: () => Promise.reject(new TypeError("a native box is near: its own pipe reaches it")),

    async proveOffline(name, { signal }) {
      const pid = await findInit(base, name, signal);
      const found = boxes.interfacesOf(pid);
      if (found?.length === 1 && found[0] === "lo" && !boxes.sharesOurNetwork(pid)) return;
      throw new AppError("denied", `Cannot prove that box "${name}" is offline`, {
        hint: "Run it with a container engine: --ct-engine docker",
        details: { interfaces: found ?? [] },
      });
    },
    explain(plan, exit, { signal }) {
      return explainFailure(plan, exit, troubles.get(plan.name) ?? "", { signal });
    },
    async list(owner, { signal }) {
      const infos: BoxInfo[] = [];
      for (const box of boxes.readBoxes(base)) {
        signal.throwIfAborted();
        if (!boxes.isLive(box)) await remove(box);
        else if (boxes.isOwnedBy(box, owner)) infos.push(boxes.toInfo(box));
      }
      return infos;
    },
    stop: (name, { signal }) => stop(base, name, signal),
    remove: (name, { signal }) => stop(base, name, signal),
    images: {
      has: () => Promise.resolve(true),
      build: noImages,
      list: noImages,
      remove: noImages,
    },
    store(name) {
      const source = `${base}/stores/${name}`;
      Deno.mkdirSync(source, { recursive: true, mode: 0o700 });
      return Promise.resolve({ kind: "bind", source });
    },
  };
}

function noImages(): Promise<never> {
  return Promise.reject(
    new AppError("unavailable", "Cannot work on images: the native engine has no images", {
      hint: "Use a container engine: --ct-engine docker",
    }),
  );
}
