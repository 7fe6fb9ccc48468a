/** Each rule of scripts/lint_plugin.ts: what it refuses, and beside it what it must let through. */
import assert from "node:assert/strict";
import plugin from "../../scripts/lint_plugin.ts";

function lint(path: string, code: string): string[] {
  const file = new URL(`../../${path}`, import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, file, code).map(({ id }) => id);
}

const WORLD = "construct/no-world";
const EXIT = "construct/no-exit";
const FLOATING = "construct/no-floating";

Deno.test("lint no-world: refuses the world outside the edges and allows it there", () => {
  const lines = [
    `const text = Deno.readTextFileSync("/etc/hosts");`,
    `const child: Deno.ChildProcess | undefined = undefined;`,
    `const { exitCode } = Deno;`,
    `const answer = await fetch("https://example.com");`,
    `const answer = await globalThis.fetch("https://example.com");`,
    `const now = Date.now();`,
    `const now = Date["now"]();`,
    `const now = performance.now();`,
    `const now = new Date();`,
    `const home = process.env.HOME;`,
    `setTimeout(() => {}, 10);`,
    `globalThis.setInterval(() => {}, 10);`,
  ];
  for (const line of lines) {
    for (const folder of ["core", "cli", "actors", "rpc"]) {
      assert.deepEqual([...new Set(lint(`${folder}/a.ts`, line))], [WORLD], `${folder}: ${line}`);
    }
    for (const path of ["io/a.ts", "engines/a.ts", "supervisor/a.ts", "main.ts", "tests/a.ts"]) {
      assert.deepEqual(lint(path, line), [], `${path}: ${line}`);
    }
  }
});

Deno.test("lint no-world: lets ports and properties of the same names through", () => {
  const lines = [
    `clock.setTimeout(() => {}, 10);`,
    `const now = clock.now();`,
    `const day = new Date(now);`,
    `const answer = await ports.fetch("https://example.com");`,
    `const about = { Deno: 1, fetch: 2 };`,
    `const one = versions.Deno;`,
    `const at = Date.parse(text);`,
  ];
  for (const line of lines) assert.deepEqual(lint("core/a.ts", line), [], line);
});

Deno.test("lint no-world: a web page may fetch and wait, but reads no clock of its own", () => {
  assert.deepEqual(lint("web/a.ts", `await fetch("/v1"); setTimeout(() => {}, 1);`), []);
  assert.deepEqual(lint("web/a.ts", `const now = Date.now();`), [WORLD]);
});

Deno.test("lint no-exit: only programs may end the process", () => {
  for (const path of ["io/a.ts", "supervisor/a.ts", "engines/a.ts", "tests/a_test.ts"]) {
    assert.deepEqual(lint(path, "Deno.exit(1);"), [EXIT], path);
    assert.deepEqual(lint(path, "process.exit(1);"), [EXIT], path);
  }
  assert.deepEqual(lint("main.ts", "Deno.exit(1);"), []);
  assert.deepEqual(lint("scripts/a.ts", "Deno.exit(1);"), []);
  assert.deepEqual(lint("tests/e2e/program.ts", "Deno.exit(1);"), []);
  assert.deepEqual(lint("io/a.ts", "box.exit(1);"), []);
});

Deno.test("lint no-floating: refuses a promise that is nobody's", () => {
  const lines = [
    `start().then(() => {});`,
    `start().catch(report).finally(() => {});`,
    `work(); async function work() {}`,
    `const work = async () => {}; work();`,
    `class A { async #go() {} stop() { this.#go(); } }`,
  ];
  for (const line of lines) assert.deepEqual(lint("io/a.ts", line), [FLOATING], line);
});

Deno.test("lint no-floating: lets a promise through that somebody hears", () => {
  const lines = [
    `await start().then(() => {});`,
    `start().then(() => {}, report);`,
    `start().then(() => {}).catch(report);`,
    `const done = start().finally(() => {});`,
    `await work(); async function work() {}`,
    `work(); function work() {}`,
    `class A { async #go() {} async stop() { await this.#go(); } }`,
  ];
  for (const line of lines) assert.deepEqual(lint("io/a.ts", line), [], line);
});
