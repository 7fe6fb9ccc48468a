/**
 * `deno task docs [--check]`: writes the generated pages, or with `--check` says which of them are
 * not what would be written now. What they say is in docs_pages.ts; hand-written pages are left
 * alone.
 */
// deno-lint-ignore-file no-console -- a script for developers talks on the console
import { makePages } from "./docs_pages.ts";

const ROOT = new URL("../", import.meta.url);
/** A folder in which every page is generated: what is there and is not ours is stale. */
const OWN_FOLDER = "docs/cli/";

/** The pages as they lie in the tree: formatted as `deno fmt` wants them. */
async function formatPages(pages: Readonly<Record<string, string>>): Promise<[string, string][]> {
  const folder = await Deno.makeTempDir({ prefix: "construct-docs-" });
  try {
    const paths = Object.keys(pages);
    for (const [i, path] of paths.entries()) {
      await Deno.writeTextFile(fileOf(folder, i, path), pages[path] ?? "");
    }
    const markdown = paths.flatMap((path, i) =>
      path.endsWith(".md") ? [fileOf(folder, i, path)] : []
    );
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--no-config", "--line-width=100", ...markdown],
    }).output();
    if (!success) throw new Error(`Cannot format: ${new TextDecoder().decode(stderr)}`);
    return await Promise.all(paths.map(async (path, i): Promise<[string, string]> => [
      path,
      await Deno.readTextFile(fileOf(folder, i, path)),
    ]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function fileOf(folder: string, index: number, path: string): string {
  return `${folder}/${index}.${path.split(".").at(-1)}`;
}

async function findStale(pages: readonly [string, string][]): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of pages) {
    const there = await Deno.readTextFile(new URL(path, ROOT)).catch(() => undefined);
    if (there !== text) stale.push(path);
  }
  return stale;
}

async function findLeftOver(pages: readonly [string, string][]): Promise<string[]> {
  const known = pages.map(([path]) => path);
  const leftOver: string[] = [];
  try {
    for await (const { name } of Deno.readDir(new URL(OWN_FOLDER, ROOT))) {
      if (!known.includes(OWN_FOLDER + name)) leftOver.push(OWN_FOLDER + name);
    }
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  return leftOver;
}

async function main(isCheck: boolean): Promise<boolean> {
  const pages = await formatPages(await makePages());
  const stale = await findStale(pages);
  const leftOver = await findLeftOver(pages);
  if (isCheck) {
    for (const path of stale) console.error(`${path}: is not what would be generated now`);
    for (const path of leftOver) console.error(`${path}: belongs to nothing`);
    const count = stale.length + leftOver.length;
    const advice = count > 0 ? ". Run `deno task docs` and read the difference" : "";
    console.log(`docs: ${pages.length} pages, ${count} out of date${advice}`);
    return count === 0;
  }
  for (const [path, text] of pages) {
    if (!stale.includes(path)) continue;
    await Deno.mkdir(new URL("./", new URL(path, ROOT)), { recursive: true });
    await Deno.writeTextFile(new URL(path, ROOT), text);
    console.log(`wrote ${path}`);
  }
  for (const path of leftOver) {
    await Deno.remove(new URL(path, ROOT));
    console.log(`removed ${path}`);
  }
  return true;
}

if (import.meta.main) {
  if (!await main(Deno.args.includes("--check"))) Deno.exit(1);
}
