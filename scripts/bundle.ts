/**
 * Bundles one entry and everything that it imports into a folder of small files, dynamic imports in
 * chunks of their own. For build.ts and the tests that weigh what a start loads. Compiles nothing.
 */
import { build, type Metafile, stop } from "esbuild";

interface DenoConfig {
  imports: Record<string, string>;
}

/**
 * Writes `<name>.js` of the entry and its chunks into `out` and says what is in each.
 *
 * @throws when something cannot be resolved or parsed.
 */
export async function bundle(root: URL, entry: URL, out: URL): Promise<Metafile> {
  const { imports }: DenoConfig = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  // The path goes into the names of the chunks, so a temporary one would make each build another.
  const packages = new URL("dist/.packages/", root);
  await installPackages(root, packages, imports);
  try {
    const { metafile } = await build({
      absWorkingDir: root.pathname.replace(/\/$/, ""),
      entryPoints: [entry.pathname],
      outdir: out.pathname,
      // Every chunk lies beside main.js: what is read by `../templates/` depends on it.
      chunkNames: "[name]-[hash]",
      bundle: true,
      splitting: true,
      minify: true,
      format: "esm",
      platform: "node",
      target: "esnext",
      conditions: ["deno"],
      alias: toAliases(imports),
      nodePaths: [new URL("node_modules", packages).pathname],
      legalComments: "none",
      metafile: true,
      logLevel: "warning",
    });
    return metafile;
  } finally {
    await stop();
  }
}

/** `@std/toml` → `smol-toml`, by the import map. Exact versions come with the installed packages. */
export function toAliases(imports: Readonly<Record<string, string>>): Record<string, string> {
  const aliases: Record<string, string> = {};
  for (const [name, target] of Object.entries(imports)) {
    const bare = target.replace(/^npm:\/?((?:@[^/]+\/)?[^@/]+)@[^/]+/, "$1");
    if (bare !== name) aliases[name] = bare;
  }
  return aliases;
}

/**
 * Puts the locked packages where a bundler looks for them. The project itself has no node_modules;
 * this copy of its configuration has one, and it is brought up to date by every build.
 */
async function installPackages(
  root: URL,
  folder: URL,
  imports: Readonly<Record<string, string>>,
): Promise<void> {
  const config = { imports, nodeModulesDir: "auto", lock: { path: "deno.lock", frozen: true } };
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(new URL("deno.json", folder), JSON.stringify(config));
  await Deno.copyFile(new URL("deno.lock", root), new URL("deno.lock", folder));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet"],
    cwd: folder,
    stdin: "null",
  }).output();
  if (success) return;
  throw new Error(`Cannot install the packages: ${new TextDecoder().decode(stderr)}`);
}
