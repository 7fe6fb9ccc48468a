/**
 * The boxes of one installation, as folders below the state folder: `box.json` says whose a box
 * is, `client` (written by launch.pl) which process carries it. What has no process is swept.
 */
import { type BoxInfo, type BoxPlan, LABEL, type ProcessRef } from "../../core/model/box.ts";

export interface BoxRecord {
  name: string;
  labels: Record<string, string>;
  createdAt: string;
  /** Folders to remove once the box is gone. */
  cgroups: string[];
  /** The process that is about to start the box. */
  maker: ProcessRef;
}

/** A box and the process that carries it; undefined while launch.pl has not come that far. */
export interface KnownBox {
  record: BoxRecord;
  folder: string;
  client: ProcessRef | undefined;
}

export function boxFolder(base: string, name: string): string {
  return `${base}/boxes/${name}`;
}

/** Makes the box's folder, with its record, before anything of it runs. */
export function writeBox(folder: string, record: BoxRecord): void {
  Deno.mkdirSync(`${folder}/root`, { recursive: true, mode: 0o700 });
  Deno.writeTextFileSync(`${folder}/box.json`, JSON.stringify(record), { mode: 0o600 });
}

export function recordOf(plan: BoxPlan, cgroups: string[]): BoxRecord {
  return {
    name: plan.name,
    labels: { ...plan.labels },
    createdAt: new Date().toISOString(),
    cgroups,
    maker: processOf(readText("/proc/self/stat")) ?? { pid: Deno.pid, start: "" },
  };
}

/** The box of that name, undefined when there is none. */
export function readBox(base: string, name: string): KnownBox | undefined {
  const folder = boxFolder(base, name);
  const record = readRecord(`${folder}/box.json`);
  if (record === undefined) return undefined;
  return { record, folder, client: processOf(readText(`${folder}/client`)) };
}

export function readBoxes(base: string): KnownBox[] {
  return names(`${base}/boxes`).flatMap((name) => readBox(base, name) ?? []);
}

/** What `ct box list` shows of it. */
export function toInfo({ record, client }: KnownBox): BoxInfo {
  const { labels } = record;
  return {
    name: record.name,
    engine: "native",
    state: client === undefined ? "created" : "running",
    agent: labels[LABEL.agent] ?? "",
    project: labels[LABEL.project] ?? "",
    network: labels[LABEL.network] ?? "",
    createdAt: record.createdAt,
    owner: { pid: Number(labels[LABEL.ownerPid] ?? 0), start: labels[LABEL.ownerStart] ?? "" },
  };
}

/** A box lives while its client does; before there is a client, while the one that makes it does. */
export function isLive({ record, client }: KnownBox): boolean {
  return isAlive(client ?? record.maker);
}

export function isAlive({ pid, start }: ProcessRef): boolean {
  const line = readText(`/proc/${pid}/stat`);
  const fields = afterName(line);
  return fields[0] !== undefined && !/[ZX]/.test(fields[0]) && fields[19] === start;
}

/** Process 1 of the box: the client's child that has the number 1 in its own namespace. */
export function initOf(client: ProcessRef): number | undefined {
  return childrenOf(client.pid).find((pid) =>
    /^NSpid:.*\s1$/m.test(readText(`/proc/${pid}/status`) ?? "")
  );
}

/** Interfaces of a process's network namespace; undefined when the process is gone. */
export function interfacesOf(pid: number): string[] | undefined {
  const text = readText(`/proc/${pid}/net/dev`);
  if (text === undefined || text === "") return undefined;
  return [...text.matchAll(/^\s*([^\s:]+):/gm)].map(([, name = ""]) => name);
}

/** From a line of /proc/PID/stat. */
export function processOf(line: string | undefined): ProcessRef | undefined {
  const pid = Number(/^\d+/.exec(line ?? "")?.[0]);
  const start = afterName(line)[19];
  return Number.isNaN(pid) || start === undefined ? undefined : { pid, start };
}

function childrenOf(pid: number): number[] {
  const listed = readText(`/proc/${pid}/task/${pid}/children`);
  if (listed !== undefined) return listed.split(" ").filter(Boolean).map(Number);
  // Kernels without that file: ask everybody for their parent.
  return names("/proc").filter((name) => /^\d+$/.test(name)).map(Number)
    .filter((child) => Number(afterName(readText(`/proc/${child}/stat`))[1]) === pid);
}

/** The fields from the third on: the second, a name, may hold spaces and brackets. */
function afterName(line: string | undefined): string[] {
  return (line ?? "").slice((line ?? "").lastIndexOf(")") + 2).trim().split(" ");
}

function readRecord(path: string): BoxRecord | undefined {
  try {
    const value: unknown = JSON.parse(readText(path) ?? "");
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Our own file in our own folder; this only tells a torn one from a whole one. */
function isRecord(value: unknown): value is BoxRecord {
  return typeof value === "object" && value !== null && "name" in value && "labels" in value &&
    "createdAt" in value && "cgroups" in value && "maker" in value;
}

function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** True when the process sees the same interfaces as we do, whatever they are. */
export function sharesOurNetwork(pid: number): boolean {
  try {
    return Deno.readLinkSync(`/proc/${pid}/ns/net`) === Deno.readLinkSync("/proc/self/ns/net");
  } catch {
    return true;
  }
}

/** Owner is the installation: the value of `construct.id`. */
export function isOwnedBy({ record }: KnownBox, owner: string): boolean {
  return record.labels[LABEL.id] === owner;
}

/** What the templates wrote about their own failure. */
export function readTrouble(folder: string): string {
  return readText(`${folder}/trouble`) ?? "";
}
