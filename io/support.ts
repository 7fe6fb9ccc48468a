/**
 * The folder of scripts and account files that every box mounts read-only at /opt/construct/lib.
 * Named by the hash of its content: another version, or another user, is another folder, and one
 * that is there is never changed.
 */
import { accountFiles, PROFILE } from "../core/model/layout.ts";
import { newRunId, sha256 } from "../core/model/names.ts";
import { readTemplate } from "./templates.ts";

/**
 * @param folder `<data>/container`
 * @returns absolute path of the complete folder
 */
export async function prepareSupport(
  folder: string,
  user: { uid: number; gid: number },
  shell: string,
): Promise<string> {
  const [runner, install] = await Promise.all([
    readTemplate("runner.pl"),
    readTemplate("install.sh"),
  ]);
  const files: Record<string, string> = {
    "runner.pl": runner,
    "install.sh": install,
    profile: PROFILE,
    ...accountFiles(user, shell),
  };
  const path = `${folder}/${(await sha256(JSON.stringify(files))).slice(0, 16)}`;
  if (await isThere(path)) return path;
  const draft = `${path}.${newRunId()}`;
  await Deno.mkdir(draft, { recursive: true, mode: 0o755 });
  for (const [name, content] of Object.entries(files)) {
    // Readable by everybody: the box's user may be another one than ours.
    await Deno.writeTextFile(`${draft}/${name}`, content, { mode: 0o644 });
  }
  await publish(draft, path);
  return path;
}

/** A folder that another terminal published first is as good as ours. */
async function publish(draft: string, path: string): Promise<void> {
  try {
    await Deno.rename(draft, path);
  } catch (error) {
    await Deno.remove(draft, { recursive: true });
    if (!(await isThere(path))) throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
