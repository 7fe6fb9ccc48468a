/**
 * From what docker (or podman) prints to our models. Pure. Throws `unavailable` when the output is
 * not what these engines print: better no answer than a wrong one.
 */
import { AppError } from "../core/errors.ts";
import { type BoxInfo, LABEL } from "../core/model/box.ts";
import type { ImageInfo } from "../core/model/image.ts";

interface InspectedBox {
  Name: string;
  Created: string;
  State: { Status: string; Pid: number };
  Config: { Labels: Record<string, string> | null };
}

interface InspectedImage {
  Id: string;
  Created: string;
  Size: number;
  RepoTags: string[] | null;
  Config: { Labels: Record<string, string> | null };
}

export function parseBoxes(engine: string, json: string): BoxInfo[] {
  return parse<InspectedBox>(json).map(({ Name, Created, State, Config }) => {
    const labels = Config.Labels ?? {};
    return {
      name: Name.replace(/^\//, ""),
      engine,
      state: State.Status === "running" || State.Status === "created" ? State.Status : "stopped",
      agent: labels[LABEL.agent] ?? "",
      project: labels[LABEL.project] ?? "",
      network: labels[LABEL.network] ?? "",
      createdAt: new Date(Created).toISOString(),
      owner: { pid: Number(labels[LABEL.ownerPid] ?? 0), start: labels[LABEL.ownerStart] ?? "" },
    };
  });
}

/** Process id of the box's init as the engine's host sees it; 0 when it does not run. */
export function parsePid(json: string): number {
  return parse<InspectedBox>(json)[0]?.State.Pid ?? 0;
}

export function parseImages(engine: string, json: string): Omit<ImageInfo, "current">[] {
  return parse<InspectedImage>(json).map(({ Id, Created, Size, RepoTags, Config }) => ({
    reference: RepoTags?.[0] ?? Id,
    engine,
    id: Id,
    sizeBytes: Size,
    createdAt: new Date(Created).toISOString(),
    template: Config.Labels?.[LABEL.template] ?? "",
  }));
}

function parse<T>(json: string): T[] {
  try {
    const value: unknown = JSON.parse(json);
    if (Array.isArray(value)) return value;
  } catch {
    // Said below, together with the case of valid JSON that is no list.
  }
  throw new AppError("unavailable", "Cannot read what the engine says: it is not a JSON list", {
    details: { output: json.slice(0, 500) },
  });
}

/** Names of the interfaces in a /proc/PID/net/dev (proc_net(5)), loopback left out. */
export function foreignInterfaces(netDev: string): string[] {
  return netDev.split("\n").slice(2)
    .map((line) => line.split(":")[0]?.trim() ?? "")
    .filter((name) => name !== "" && name !== "lo");
}
