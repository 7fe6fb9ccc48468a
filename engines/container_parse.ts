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
  return read(json, ({ Name, Created, State, Config }: InspectedBox) => {
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
  return read(json, ({ State }: InspectedBox) => State.Pid)[0] ?? 0;
}

export function parseImages(engine: string, json: string): Omit<ImageInfo, "current">[] {
  return read(json, ({ Id, Created, Size, RepoTags, Config }: InspectedImage) => ({
    reference: RepoTags?.[0] ?? Id,
    engine,
    id: Id,
    sizeBytes: Size,
    createdAt: new Date(Created).toISOString(),
    template: Config.Labels?.[LABEL.template] ?? "",
  }));
}

function read<T, R>(json: string, toModel: (inspected: T) => R): R[] {
  let cause: unknown;
  try {
    const value: unknown = JSON.parse(json);
    if (Array.isArray(value)) return value.map(toModel);
  } catch (error) {
    // No JSON, a field that is not there, or a time that is none.
    cause = error;
  }
  throw new AppError("unavailable", "Cannot read what the engine says: not what it should print", {
    details: { output: json.slice(0, 500) },
    cause,
  });
}

/**
 * Names of the interfaces in a /proc/PID/net/dev (proc_net(5)), loopback left out. There is a
 * loopback in every network, so a text without one is no proof of anything: `unknown`.
 */
export function foreignInterfaces(netDev: string): string[] {
  const names = netDev.split("\n").slice(2)
    .map((line) => line.split(":")[0]?.trim() ?? "")
    .filter((name) => name !== "");
  return names.includes("lo") ? names.filter((name) => name !== "lo") : ["unknown"];
}
