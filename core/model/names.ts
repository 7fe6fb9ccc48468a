/**
 * Names that we give to things outside (DESIGN 5.10): each carries the installation's id, so that
 * two installations on one engine never touch each other's. Pure.
 */

/** 12 hexadecimal digits that stand for a data folder. `folder` is its real path. */
export async function installationId(folder: string): Promise<string> {
  return (await sha256(folder)).slice(0, 12);
}

export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** 12 random hexadecimal digits. */
export function newRunId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 12);
}

/** A name that every engine takes, with a trace of the project in it for people. */
export function boxName(installation: string, project: string, run: string): string {
  const trace = project.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replace(/^-+/, "").slice(
    0,
    24,
  );
  return ["construct", installation, trace.replace(/-+$/, ""), run].filter(Boolean).join("-");
}

export function storeName(installation: string): string {
  return `construct-${installation}-packages`;
}

/** The image's name carries the hash of what it is built from: a stale one has another name. */
export function imageReference(installation: string, template: string): string {
  return `construct-box-${installation}:${template.slice(0, 12)}`;
}
