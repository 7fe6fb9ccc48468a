/**
 * `deno task imports`: refuses imports that import_rules.ts does not allow, cycles, and files that
 * have grown too long. What imports what is taken from `deno info --json`, which reads the code as
 * Deno does (types, re-exports and literal dynamic imports too); it never searches text for it.
 */
// deno-lint-ignore-file no-console -- a script for developers talks on the console
import { ROOTS, RULES } from "./import_rules.ts";

export const MAX_LINES = 400;

/** Code whose imports and length are looked at, and code of which only the length matters. */
const MODULE = /\.(ts|tsx|js|mjs)$/;
const OTHER_CODE = /\.(pl|sh|sql|css|html)$/;
/** Long by nature: recorded output, and what a program wrote. */
const MAY_BE_LONG = /(^|\/)(fixtures|__snapshots__|generated)\/|\.generated\./;
const SKIPPED_FOLDERS = ["node_modules", "dist", "coverage"];

export interface SourceFile {
  /** Relative to the root, with `/`. */
  path: string;
  lines: number;
  /** Project paths, `npm:name`, `node:name`, or whatever else Deno resolved. */
  imports: readonly string[];
}

/** Every refusal as one line with its reason. Pure. */
export function findProblems(files: readonly SourceFile[]): string[] {
  return [...files.flatMap(refuseLength), ...files.flatMap(refuseImports), ...findCycles(files)];
}

function refuseLength({ path, lines }: SourceFile): string[] {
  if (lines <= MAX_LINES || MAY_BE_LONG.test(path)) return [];
  return [`${path}: has ${lines} lines, over ${MAX_LINES}. Give a part of it a file and a noun`];
}

function refuseImports({ path, imports }: SourceFile): string[] {
  if (!MODULE.test(path)) return [];
  const folder = path.split("/")[0] ?? path;
  const rule = RULES[folder];
  if (rule === undefined) {
    return [`${path}: is in a place that import_rules.ts does not know. Use a known folder`];
  }
  return imports.flatMap((to) => {
    const root = ROOTS[to];
    if (root !== undefined) return [`${path}: may not import ${to}. ${root}`];
    if (isAllowed(to, folder, rule.may)) return [];
    return [`${path}: may not import ${to}. ${rule.because}`];
  });
}

function isAllowed(to: string, folder: string, may: readonly string[]): boolean {
  if (to.startsWith(`${folder}/`)) return true;
  return may.some((entry) => {
    if (entry === "*") return true;
    // `npm:zod` must not let `npm:zod-extra` in, but `npm:hono/client` is still hono.
    if (entry.endsWith("/") || entry.endsWith(":")) return to.startsWith(entry);
    return to === entry || to.startsWith(`${entry}/`);
  });
}

/** One line per cycle found by walking depth first. */
function findCycles(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map(({ path, imports }) => [path, imports]));
  const done = new Set<string>();
  const way: string[] = [];
  const cycles: string[] = [];
  const walk = (path: string): void => {
    if (done.has(path)) return;
    const start = way.indexOf(path);
    if (start !== -1) {
      const names = [...way.slice(start), path].join(" -> ");
      cycles.push(`${names}: a cycle. Move what both need into a file that imports neither`);
      return;
    }
    way.push(path);
    for (const to of importsOf.get(path) ?? []) walk(to);
    way.pop();
    done.add(path);
  };
  for (const { path } of files) walk(path);
  return cycles;
}

/** The part of `deno info --json` that is read here. */
interface Graph {
  modules: { specifier: string; error?: string; dependencies?: Dependency[] }[];
}
interface Dependency {
  specifier: string;
  code?: Resolved;
  type?: Resolved;
}
interface Resolved {
  specifier?: string;
  error?: string;
}

/**
 * Reads all code below `root`.
 *
 * @throws when Deno cannot resolve an import: an edge that it does not see cannot be judged.
 */
export async function readSources(root: URL): Promise<SourceFile[]> {
  const paths = await listCode(root);
  const modules = paths.filter((path) => MODULE.test(path));
  const graph = await readGraph(root, modules);
  const infoOf = new Map(graph.modules.map((module) => [module.specifier, module]));
  return await Promise.all(paths.map(async (path) => {
    const url = new URL(path, root);
    const lines = (await Deno.readTextFile(url)).split("\n").length - 1;
    if (!MODULE.test(path)) return { path, lines, imports: [] };
    const info = infoOf.get(url.href);
    if (info === undefined || info.error !== undefined) {
      throw new Error(`Cannot read the imports of ${path}: ${info?.error ?? "not in the graph"}`);
    }
    const imports = (info.dependencies ?? []).flatMap((to) => toImports(to, path, root.href));
    return { path, lines, imports: [...new Set(imports)] };
  }));
}

/** One call for all modules: an entry that imports every one of them. */
async function readGraph(root: URL, modules: readonly string[]): Promise<Graph> {
  const entry = modules.map((path) => `import ${JSON.stringify(new URL(path, root).href)};`);
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", `data:application/typescript,${encodeURIComponent(entry.join("\n"))}`],
    cwd: root,
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot run deno info: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout));
}

function toImports({ specifier, code, type }: Dependency, path: string, root: string): string[] {
  return [code, type].flatMap((resolved) => {
    if (resolved === undefined) return [];
    if (resolved.specifier === undefined) {
      throw new Error(`Cannot resolve "${specifier}" in ${path}: ${resolved.error ?? "unknown"}`);
    }
    return [shorten(resolved.specifier, root)];
  });
}

/** A path from the root for our own, and no version for a package. */
function shorten(specifier: string, root: string): string {
  if (specifier.startsWith(root)) return specifier.slice(root.length);
  return specifier.replace(/^npm:\/?(@[^/]+\/[^@/]+|[^@/]+)(@[^/]+)?/, "npm:$1");
}

async function listCode(root: URL, folder = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
    if (name.startsWith(".") || SKIPPED_FOLDERS.includes(name)) continue;
    if (isDirectory) paths.push(...await listCode(root, `${folder}${name}/`));
    else if (MODULE.test(name) || OTHER_CODE.test(name)) paths.push(folder + name);
  }
  return paths.sort();
}

if (import.meta.main) {
  const files = await readSources(new URL("../", import.meta.url));
  const problems = findProblems(files);
  for (const problem of problems) console.error(problem);
  console.log(`imports: ${files.length} files, ${problems.length} problems`);
  if (problems.length > 0) Deno.exit(1);
}
