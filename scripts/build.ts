/**
 * `deno task build [--all]`: makes `dist/construct-<os>-<arch>` and its `.sha256` from main.ts, with
 * the Deno that runs this script. It checks no types and runs no tests; `deno task ok` does.
 *
 * The stage that is compiled looks like the source tree, so that the same relative URL reads a
 * template from source and inside the executable:
 *
 *     deno.json         no imports: whatever it named would be embedded, used or not
 *     bundle/main.js    with all its chunks beside it, never in a subfolder
 *     templates/  migrations/
 *
 * `new URL("../templates/x", import.meta.url)` therefore has to be written one folder deep, as in
 * io/templates.ts. Environment: DENORT_BIN names the runtime base where Deno's own download host
 * cannot be reached.
 */
// deno-lint-ignore-file no-console -- a script for developers talks on the console
import { createHash } from "node:crypto";
import { bundle } from "./bundle.ts";

const ROOT = new URL("../", import.meta.url);
const EMBEDDED = ["templates", "migrations"];
const EMBEDDED_TIME = new Date("2026-01-01T00:00:00Z");

/** What we call a platform, and what `deno compile --target` calls it. */
export const TARGETS: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

/** Our name of the platform that this runs on. */
export function thisPlatform(): string {
  const found = Object.entries(TARGETS).find(([, target]) => target === Deno.build.target);
  if (found === undefined) throw new Error(`Cannot build for ${Deno.build.target}`);
  return found[0];
}

/** Copies a folder; one that git does not have because it is empty becomes an empty one. */
async function copyFolder(from: URL, to: URL): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  if (await Deno.stat(from).catch(() => undefined) === undefined) return;
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(new URL(`${name}/`, from), new URL(`${name}/`, to));
    else await Deno.copyFile(new URL(name, from), new URL(name, to));
  }
}

/** The executable holds the time of each file; one fixed time makes two builds the same. */
async function settleTimes(folder: URL): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) await settleTimes(new URL(`${name}/`, folder));
    else await Deno.utime(new URL(name, folder), EMBEDDED_TIME, EMBEDDED_TIME);
  }
}

async function makeStage(stage: URL): Promise<void> {
  await Deno.mkdir(new URL("bundle/", stage), { recursive: true });
  await Deno.writeTextFile(new URL("deno.json", stage), "{}\n");
  for (const name of EMBEDDED) {
    await copyFolder(new URL(`${name}/`, ROOT), new URL(`${name}/`, stage));
  }
  await bundle(ROOT, new URL("main.ts", ROOT), new URL("bundle/", stage));
  await settleTimes(stage);
}

async function compile(stage: URL, platform: string, output: URL): Promise<void> {
  const isOther = platform !== thisPlatform();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--quiet",
      "--no-check",
      // Its place would be a predictable name in a shared /tmp; it saves nothing here.
      "--no-code-cache",
      "-A",
      ...["bundle", ...EMBEDDED].flatMap((name) => ["--include", name]),
      ...(isOther ? ["--target", TARGETS[platform] ?? platform] : []),
      "--output",
      output.pathname,
      "bundle/main.js",
    ],
    cwd: stage,
    stdin: "null",
  }).spawn().status;
  if (!success) throw new Error(`Cannot compile for ${platform}: deno compile failed (see above)`);
}

/** Writes `<name>.sha256` in the form that `sha256sum --check` reads. */
async function writeSum(file: URL, name: string): Promise<{ bytes: number; sum: string }> {
  const content = await Deno.readFile(file);
  const sum = createHash("sha256").update(content).digest("hex");
  await Deno.writeTextFile(new URL(`${name}.sha256`, file), `${sum}  ${name}\n`);
  return { bytes: content.length, sum };
}

async function main(args: readonly string[]): Promise<void> {
  const isAll = args.includes("--all");
  if (isAll && Deno.env.has("DENORT_BIN")) {
    throw new Error("Cannot build all platforms with DENORT_BIN: it is the base of one. Unset it");
  }
  const stagePath = await Deno.makeTempDir({ prefix: "construct-build-" });
  try {
    const started = performance.now();
    const stage = new URL(`file://${stagePath}/`);
    await makeStage(stage);
    console.log(`bundled in ${Math.round(performance.now() - started)} ms`);
    const dist = new URL("dist/", ROOT);
    await Deno.mkdir(dist, { recursive: true });
    for (const platform of isAll ? Object.keys(TARGETS) : [thisPlatform()]) {
      const since = performance.now();
      const name = `construct-${platform}`;
      // Compiled beside its place and moved: a program that runs the old one keeps it.
      const part = new URL(`.${name}.part`, dist);
      await compile(stage, platform, part);
      await Deno.rename(part, new URL(name, dist));
      const { bytes, sum } = await writeSum(new URL(name, dist), name);
      const took = Math.round(performance.now() - since);
      console.log(`dist/${name}: ${(bytes / 1e6).toFixed(1)} MB, ${took} ms, sha256 ${sum}`);
    }
  } finally {
    await Deno.remove(stagePath, { recursive: true });
  }
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (thrown) {
    console.error(`error: ${thrown instanceof Error ? thrown.message : thrown}`);
    Deno.exit(1);
  }
}
