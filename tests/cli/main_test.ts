/** What starting the program loads, and how it ends. Loading is counted, so that it stays fast. */
import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);

interface Info {
  modules: {
    specifier: string;
    dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[];
  }[];
}

async function info(path: string): Promise<Info> {
  const { stdout } = await deno("info", "--json", path);
  return JSON.parse(stdout);
}

async function deno(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Everything that is loaded as soon as `roots` are; types cost nothing and do not count. */
function loaded({ modules }: Info, ...roots: string[]): string[] {
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const seen = new Set<string>();
  const open = roots.map((root) => new URL(root, ROOT).href);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { code, isDynamic } of byName.get(next)?.dependencies ?? []) {
      if (code?.specifier !== undefined && !isDynamic) open.push(code.specifier);
    }
  }
  return [...seen].map((name) => name.replace(ROOT.href, ""));
}

const isPackage = (name: string) => /^(npm|jsr|https?):/.test(name);

Deno.test("main: the version loads at most 3 modules, and no package", async () => {
  const modules = loaded(await info("main.ts"), "main.ts");
  assert.ok(modules.length <= 3, modules.join(" "));
  assert.ok(!modules.some(isPackage));
});

Deno.test("main: an agent, run and shell load no package on our side", async () => {
  // All that run.ts loads on their way: itself, help and the plan; never a registry entry.
  const modules = loaded(
    await info("main.ts"),
    ...["main.ts", "cli/run.ts", "io/terminal.ts", "cli/help.ts", "cli/preview.ts"],
  );
  assert.deepEqual(modules.filter((name) => isPackage(name) || name.startsWith("node:")), []);
  assert.deepEqual(modules.filter((name) => name.startsWith("cli/commands/")), []);
  assert.ok(!modules.includes("cli/command.ts"));
});

Deno.test("main: what answers them loads neither zod nor a server nor a database", async () => {
  const modules = loaded(await info("supervisor/local.ts"), "supervisor/local.ts");
  const heavy = modules.filter((name) => /zod|hono|libsql|xstate|dax|socket\.io/.test(name));
  assert.deepEqual(heavy, []);
});

Deno.test("main: starting one command loads only that one", async () => {
  const modules = loaded(
    await info("main.ts"),
    "main.ts",
    "cli/run.ts",
    "cli/commands/box/list.ts",
  );
  const commands = modules.filter((name) => name.startsWith("cli/commands/"));
  assert.deepEqual(commands, ["cli/commands/box/list.ts"]);
});

Deno.test("main: every word for the version prints the same", async () => {
  for (const words of [["version"], ["--version"], ["-v"], ["sys", "version"]]) {
    const result = await deno("run", "-A", "main.ts", ...words);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stdout, /^construct \d+\.\d+\.\d+\n$/);
  }
});

Deno.test("main: exits by the code of the error, with nothing on stdout", async () => {
  const unknown = await deno("run", "-A", "main.ts", "xyzzy");
  assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
  assert.match(unknown.stderr, /^error \[usage\]: /);
  assert.equal((await deno("run", "-A", "main.ts", "run")).code, 125);
});

Deno.test("main: a reader that has enough ends it quietly", async () => {
  for (const words of ["help", "help box", "completion bash", "version"]) {
    const script = `"$0" run -A main.ts ${words} | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", script, Deno.execPath()],
      cwd: ROOT,
    }).output();
    assert.deepEqual(new TextDecoder().decode(stdout), "0\n");
    assert.deepEqual(new TextDecoder().decode(stderr), "", words);
  }
});
