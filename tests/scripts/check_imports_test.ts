/**
 * Each refusal of scripts/check_imports.ts with a positive control, first on made-up files and then
 * on a real folder that `deno info` reads. The real tree is judged by `deno task imports`.
 */
import assert from "node:assert/strict";
import {
  findProblems,
  MAX_LINES,
  readSources,
  type SourceFile,
} from "../../scripts/check_imports.ts";

function source(path: string, imports: string[] = [], lines = 10): SourceFile {
  return { path, lines, imports };
}

/** [importer, imported, allowed] */
const TABLE: [string, string, boolean][] = [
  ["core/a.ts", "core/model/box.ts", true],
  ["core/a.ts", "npm:zod", true],
  ["core/a.ts", "npm:zod/mini", true],
  ["core/a.ts", "npm:zod-extra", false],
  ["core/a.ts", "io/paths.ts", false],
  ["core/a.ts", "node:fs", false],
  ["engines/docker.ts", "core/ports.ts", true],
  ["engines/docker.ts", "node:crypto", true],
  ["engines/docker.ts", "io/proc.ts", false],
  ["engines/docker.ts", "npm:dax", false],
  ["io/proc.ts", "npm:dax", true],
  ["io/proc.ts", "engines/args.ts", false],
  ["actors/box.ts", "npm:xstate", true],
  ["actors/box.ts", "engines/docker.ts", false],
  ["rpc/server.ts", "npm:hono/client", true],
  ["rpc/server.ts", "supervisor/local.ts", false],
  ["supervisor/local.ts", "engines/docker.ts", true],
  ["supervisor/local.ts", "cli/run.ts", false],
  ["cli/run.ts", "core/client.ts", true],
  ["cli/run.ts", "rpc/contract/box.ts", true],
  ["cli/run.ts", "rpc/server.ts", false],
  ["cli/run.ts", "supervisor/local.ts", false],
  ["cli/run.ts", "io/paths.ts", false],
  ["cli/run.ts", "node:util", true],
  ["cli/run.ts", "node:fs", false],
  ["web/app.ts", "rpc/client.ts", true],
  ["web/app.ts", "node:util", false],
  ["main.ts", "supervisor/local.ts", true],
  ["main.ts", "tests/fakes/engine.ts", false],
  ["tests/cli/run_test.ts", "npm:fast-check", true],
  ["tests/cli/run_test.ts", "main.ts", false],
  ["scripts/build.ts", "npm:esbuild", true],
  ["utils/text.ts", "core/a.ts", false],
];

Deno.test("imports check: follows the table of the design", () => {
  for (const [from, to, isAllowed] of TABLE) {
    const problems = findProblems([source(from, [to])]);
    assert.equal(problems.length === 0, isAllowed, `${from} -> ${to}: ${problems.join()}`);
  }
});

Deno.test("imports check: says what to do instead of a forbidden import", () => {
  const [problem] = findProblems([source("core/a.ts", ["io/paths.ts"])]);
  assert.match(problem ?? "", /^core\/a\.ts: may not import io\/paths\.ts\. .*port/);
});

Deno.test("imports check: refuses a cycle and shows the way round", () => {
  const line = [source("core/a.ts", ["core/b.ts"]), source("core/b.ts", ["core/c.ts"])];
  assert.deepEqual(findProblems([...line, source("core/c.ts")]), []);
  const problems = findProblems([...line, source("core/c.ts", ["core/a.ts"])]);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? "", /^core\/a\.ts -> core\/b\.ts -> core\/c\.ts -> core\/a\.ts: /);
});

Deno.test("imports check: refuses a long file, but not a fixture or generated one", () => {
  assert.match(findProblems([source("core/a.ts", [], MAX_LINES + 1)]).join(), /has 401 lines/);
  for (const path of ["core/a.ts", "tests/fixtures/x.ts", "core/agents.generated.ts"]) {
    const lines = path === "core/a.ts" ? MAX_LINES : 5000;
    assert.deepEqual(findProblems([source(path, [], lines)]), []);
  }
  assert.match(findProblems([source("templates/long.pl", [], 500)]).join(), /500 lines/);
});

Deno.test("imports check: sees static, type, dynamic and re-exporting imports of real code", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const write = async (path: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${path}`, text);
    };
    await Deno.mkdir(`${folder}/core`);
    await Deno.mkdir(`${folder}/io`);
    await write("deno.json", `{ "imports": { "@std/fs": "node:fs" } }`);
    await write("io/a.ts", "export const a = 1;\nexport type A = number;\n");
    await write("core/plain.ts", `import { a } from "../io/a.ts";\nexport const b = a;\n`);
    await write("core/typed.ts", `import type { A } from "../io/a.ts";\nexport type B = A;\n`);
    await write("core/lazy.ts", `export const a = () => import("../io/a.ts");\n`);
    await write("core/again.ts", `export * from "../io/a.ts";\n`);
    await write("core/named.ts", `export { statSync } from "@std/fs";\n`);
    await write(
      "core/good.ts",
      `// import "../io/a.ts"\nexport const text = 'import "../io/a.ts"';\n`,
    );
    const problems = findProblems(await readSources(new URL(`file://${folder}/`)));
    const refused = problems.map((problem) => problem.split(". ")[0]).sort();
    assert.deepEqual(refused, [
      "core/again.ts: may not import io/a.ts",
      "core/lazy.ts: may not import io/a.ts",
      "core/named.ts: may not import node:fs",
      "core/plain.ts: may not import io/a.ts",
      "core/typed.ts: may not import io/a.ts",
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("imports check: fails on an import that leads nowhere", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/core`);
    await Deno.writeTextFile(`${folder}/deno.json`, "{}");
    await Deno.writeTextFile(`${folder}/core/a.ts`, `import "no_such_name";\n`);
    await assert.rejects(readSources(new URL(`file://${folder}/`)), /no_such_name/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
