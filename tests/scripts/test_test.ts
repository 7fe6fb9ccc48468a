/** The runner of the tests, on small test files of its own: what it counts and when it fails. */
import assert from "node:assert/strict";
import { countTests, toArguments } from "../../scripts/test.ts";
import { requiredSuites } from "../require.ts";

const REQUIRE = new URL("../require.ts", import.meta.url).href;

/** Runs scripts/test.ts on one file and returns its exit code and its last lines. */
async function runTests(code: string, env: Record<string, string> = {}) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a_test.ts`, `import { suite } from "${REQUIRE}";\n${code}`);
    const { code: exit, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "scripts/test.ts", "--no-check", `${folder}/a_test.ts`],
      cwd: new URL("../../", import.meta.url),
      env: { CONSTRUCT_TEST_REQUIRE: "", NO_COLOR: "1", ...env },
    }).output();
    return { exit, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("test runner: counts tests, and neither steps nor skipped ones", async () => {
  const { exit, lines } = await runTests(`
    Deno.test("one > two & \\"three\\"", async (t) => { await t.step("inner", () => {}); });
    Deno.test("four", () => {});
    Deno.test({ name: "five", ignore: true, fn() {} });
  `);
  assert.equal(lines.at(-1), "2 passed, 0 failed");
  assert.equal(lines.at(-2), "skipped: five");
  assert.equal(exit, 0);
});

Deno.test("test runner: fails with a test that fails", async () => {
  const { exit, lines } = await runTests(
    `Deno.test("good", () => {}); Deno.test("bad", () => { throw new Error("no"); });`,
  );
  assert.equal(lines.at(-1), "1 passed, 1 failed");
  assert.equal(exit, 1);
});

Deno.test("test runner: a file that does not load is a failure", async () => {
  const { exit, lines } = await runTests(`throw new Error("not today");`);
  assert.match(lines.at(-1) ?? "", /^0 passed, [1-9] failed$/);
  assert.equal(exit, 1);
});

Deno.test("test runner: a run without one test is a failure", async () => {
  const { exit, lines } = await runTests("suite;");
  assert.equal(lines.at(-1), "0 passed, 1 failed");
  assert.equal(exit, 1);
});

Deno.test("test suite: absent and not required is skipped with its reason", async () => {
  const { exit, lines } = await runTests(
    `suite("docker", "no daemon", () => { throw 1; }); Deno.test("other", () => {});`,
  );
  assert.deepEqual(lines.slice(-2), [
    "skipped: suite docker: skipped, no daemon",
    "1 passed, 0 failed",
  ]);
  assert.equal(exit, 0);
});

Deno.test("test suite: absent and required is a failure", async () => {
  const { exit, lines } = await runTests(
    `suite("docker", "no daemon", () => {}); Deno.test("other", () => {});`,
    { CONSTRUCT_TEST_REQUIRE: "native, docker" },
  );
  assert.match(lines.join("\n"), /suite docker: is required and did not run: no daemon/);
  assert.equal(lines.at(-1), "1 passed, 1 failed");
  assert.equal(exit, 1);
});

Deno.test("test suite: present runs its tests, required or not", async () => {
  for (const required of ["", "docker"]) {
    const { lines } = await runTests(
      `suite("docker", true, () => { Deno.test("in docker", () => {}); });`,
      { CONSTRUCT_TEST_REQUIRE: required },
    );
    assert.equal(lines.at(-1), "1 passed, 0 failed");
  }
});

Deno.test("test suite: a name that does not exist is refused", () => {
  assert.deepEqual(requiredSuites("docker,exe"), ["docker", "exe"]);
  assert.throws(() => requiredSuites("dokcer"), /holds "dokcer"/);
});

Deno.test("test runner: leaves the long suites out unless asked or named", () => {
  const short = toArguments([], "r.xml", false);
  assert.ok(short.includes("--ignore=tests/long/,tests/e2e/long/"));
  assert.ok(!toArguments([], "r.xml", true).some((word) => word.startsWith("--ignore")));
  const named = toArguments(["--filter", "box", "tests/long/a_test.ts"], "r.xml", false);
  assert.deepEqual(named.slice(-3), ["--filter", "box", "tests/long/a_test.ts"]);
});

Deno.test("test runner: reads names with every XML entity", () => {
  const { skipped } = countTests(
    `<testcase name="a &lt;b&gt; &quot;c&quot; &amp;amp; d" time="0"><skipped/></testcase>`,
  );
  assert.deepEqual(skipped, [`a <b> "c" &amp; d`]);
});
