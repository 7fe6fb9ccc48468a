/**
 * Files that are there as a whole or not at all, for every reader and after a crash at any moment
 * (DESIGN 5.6). No locks: what two writers mean by their texts is their callers' business.
 */
import { dirname } from "@std/path";

export interface FileMode {
  /** Permissions of the file; exact, because the umask has no say. */
  mode: number;
}

/** Replaces the file at `path`, or makes it. A link at `path` is replaced, not followed. */
export async function writeAtomic(path: string, text: string, options: FileMode): Promise<void> {
  await throughTemporary(path, text, options, (temporary) => Deno.rename(temporary, path));
}

/** Makes the file unless something has that name already; false then, and that stays as it is. */
export async function createAtomic(
  path: string,
  text: string,
  options: FileMode,
): Promise<boolean> {
  let isNew = true;
  await throughTemporary(path, text, options, async (temporary) => {
    try {
      // A link, unlike a rename, never takes the place of what is there.
      await Deno.link(temporary, path);
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      isNew = false;
    }
    await Deno.remove(temporary);
  });
  return isNew;
}

/** Hands a finished file on the same file system to `place`, which gives it its name. */
async function throughTemporary(
  path: string,
  text: string,
  { mode }: FileMode,
  place: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    // Private until it is complete: the text may be secret, and the final mode may not be.
    using file = await Deno.open(temporary, { write: true, createNew: true, mode: 0o600 });
    // One call may write less than it was given.
    for (let rest = new TextEncoder().encode(text); rest.length > 0;) {
      rest = rest.subarray(await file.write(rest));
    }
    await Deno.chmod(temporary, mode);
    await file.sync();
    await place(temporary);
  } catch (error) {
    await Deno.remove(temporary).catch(ignoreMissing);
    throw error;
  }
  // Until the folder is on disk, a crash could still take the name away.
  using folder = await Deno.open(dirname(path));
  await folder.sync();
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
