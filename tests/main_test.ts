/**
 * What a start loads, read from the bundle of the executable: `--version` next to nothing, and an
 * agent's start not one package. Speed itself is the bench's business.
 */
import assert from "node:assert/strict";
import { bundle } from "../scripts/bundle.ts";

const ROOT = new URL("../", import.meta.url);

type Outputs = Awaited<ReturnType<typeof bundle>>["outputs"];

/** Source files that are loaded together with the file `start`, by static imports alone. */
function loadedWith(start: string, outputs: Outputs): string[] {
  const inputs = new Set<string>();
  const waiting = Object.keys(outputs).filter((path) => outputs[path]?.entryPoint === start);
  assert.equal(waiting.length, 1, `${start} is not a start of its own`);
  const seen = new Set(waiting);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const output = outputs[path];
    for (const [input, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
      if (bytesInOutput > 0) inputs.add(input);
    }
    for (const { path: to, kind, external } of output?.imports ?? []) {
      if (kind !== "import-statement" || external || seen.has(to)) continue;
      seen.add(to);
      waiting.push(to);
    }
  }
  return [...inputs].sort();
}

// esbuild's process ends a moment after its stop() has answered, so leaks cannot be told apart.
const LOOSE = { sanitizeOps: false, sanitizeResources: false };

Deno.test("main start: loads only what the command needs", LOOSE, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const out = new URL(`file://${folder}/`);
    const { outputs } = await bundle(ROOT, new URL("main.ts", ROOT), out);
    const version = loadedWith("main.ts", outputs);
    assert.deepEqual(version, ["core/version.ts", "io/sink.ts", "main.ts"]);

    const run = loadedWith("cli/run.ts", outputs);
    assert.ok(run.includes("cli/passthrough.ts"));
    const packages = run.filter((path) => path.includes("node_modules"));
    assert.deepEqual(packages, [], "a start of an agent loads packages");

    // The control: a command with arguments does load zod, and this test can see it.
    const list = loadedWith("cli/commands/all.ts", outputs);
    assert.ok(list.some((path) => path.includes("node_modules/zod")));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
