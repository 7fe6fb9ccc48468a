/**
 * The files of templates/, which are embedded in the executable. Read-only; where they go on the
 * user's machine is the caller's business.
 */

/** @throws when there is no such template: a defect, since the list is ours. */
export async function readTemplate(name: string): Promise<string> {
  return await Deno.readTextFile(new URL(`../templates/${name}`, import.meta.url));
}

/** The same, for those who cannot wait. */
export function readTemplateNow(name: string): string {
  return Deno.readTextFileSync(new URL(`../templates/${name}`, import.meta.url));
}
