/**
 * What the documents claim and a program can check: command lines, commands to copy, links, lengths
 * and the table of environment variables. Whether a sentence is true, it cannot see.
 */
import assert from "node:assert/strict";
import { expandAlias } from "../cli/aliases.ts";
import { find } from "../cli/find.ts";
import { findHead, readRun } from "../cli/passthrough.ts";
import { ENTRIES } from "../cli/registry.ts";
import { VERSION } from "../core/version.ts";
import { FOREIGN_VARIABLES, OUR_VARIABLES } from "../scripts/env_table.ts";

const ROOT = new URL("../", import.meta.url);

interface Page {
  path: string;
  text: string;
}

async function listFiles(folder: string, ending: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    if (isDirectory) paths.push(...await listFiles(`${folder}${name}/`, ending));
    else if (name.endsWith(ending)) paths.push(folder + name);
  }
  return paths;
}

async function readPages(): Promise<Page[]> {
  const roots = ["README.md", "AGENTS.md", "CHANGELOG.md"];
  const paths = [
    ...roots,
    ...await listFiles("docs/", ".md"),
    ...await listFiles(".github/", ".md"),
  ];
  return await Promise.all(paths.map(async (path) => ({
    path,
    text: await Deno.readTextFile(new URL(path, ROOT)),
  })));
}

/** The lines of the fenced blocks of one language. */
function fencedLines({ text }: Page, language: string): string[] {
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  return blocks.filter(([, found]) => found === language)
    .flatMap(([, , inside = ""]) => inside.trimEnd().split("\n"));
}

/** Cuts a command line as a shell does, as far as documents need it: quotes and comments. */
function shellWords(line: string): string[] {
  const words = line.replace(/\s#.*$/, "").match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replaceAll(/["']/g, ""));
}

/** Everything that happens with a command line before something is asked or started. */
async function parseLine(line: string): Promise<void> {
  const [, ...argv] = shellWords(line);
  const head = findHead(argv);
  const before = argv.slice(0, head);
  const words = expandAlias(argv.slice(head));
  const found = find(words, ENTRIES);
  if (found.kind === "run") readRun(found.command, before, words.slice(1));
  if (found.kind === "entry") {
    const command = await found.entry.load();
    command.parse(words.slice(command.path.length));
  }
}

Deno.test("docs: every command line in a shell block can be parsed", async () => {
  let count = 0;
  for (const page of await readPages()) {
    for (const line of fencedLines(page, "sh").filter((line) => /^(ct|construct) /.test(line))) {
      count++;
      try {
        await parseLine(line);
      } catch (error) {
        assert.fail(`${page.path}: \`${line}\`: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  assert.ok(count > 20, `only ${count} lines were found`);
  await assert.rejects(parseLine("ct bxo list"), /bxo/);
  await assert.rejects(parseLine("ct box list --no-such-flag"));
  await assert.rejects(parseLine("ct run --ct-network nowhere -- true"), /nowhere/);
});

/** Runs a command line of a document from source, so that nothing is asked of an engine. */
async function runLine(line: string, home: string) {
  const [, ...argv] = shellWords(line);
  const isRun = find(expandAlias(argv), ENTRIES).kind === "run";
  const [first = "", ...rest] = argv;
  const args = isRun ? [first, "--ct-dry-run", ...rest] : [...argv, "--help"];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", new URL("deno.json", ROOT).pathname, "main.ts", ...args],
    cwd: ROOT,
    env: { HOME: home, CONSTRUCT_CONFIG_DIR: `${home}/config`, CONSTRUCT_DATA_DIR: `${home}/data` },
    stdin: "null",
  }).output();
  const words = new TextDecoder().decode(stderr);
  // A dry run chooses an engine, and there may be none: that is 125 with this code.
  const isWithoutEngine = isRun && code === 125 && words.includes("unavailable");
  return { isFine: code === 0 || isWithoutEngine, words };
}

Deno.test("docs: the command lines of the README and the concepts work from source", async () => {
  const pages = (await readPages()).filter(({ path }) => /README|concepts/.test(path));
  const top = pages.filter(({ path }) => !path.startsWith("docs/cli/"));
  const lines = top.flatMap((page) => fencedLines(page, "sh")).filter((line) => /^ct /.test(line));
  assert.ok(lines.length > 3);
  const home = await Deno.makeTempDir();
  try {
    for (const line of new Set(lines)) {
      const { isFine, words } = await runLine(line, home);
      assert.ok(isFine, `${line}: ${words}`);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("docs: commands to copy name existing tasks and the one pinned Deno", async () => {
  const { tasks, version }: { tasks: Record<string, string>; version: string } = JSON.parse(
    await Deno.readTextFile(new URL("deno.json", ROOT)),
  );
  assert.equal(version, VERSION);
  const others = [".ci/run", ".github/workflows/ci.yml"];
  const pages = [
    ...await readPages(),
    ...await Promise.all(others.map(async (path) => ({
      path,
      text: await Deno.readTextFile(new URL(path, ROOT)),
    }))),
  ];
  const found = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/deno@([\d.]+)(?: task ([\w:]+))?/g)].map(([, version, task]) => ({
      path,
      version,
      task,
    }))
  );
  const readme = found.filter(({ path }) => path === "README.md").map(({ task }) => task);
  assert.deepEqual(readme.slice(0, 2), ["demo", "test"]);
  for (const { path, version, task } of found) {
    // 2.6.8 only compiles, where the pinned version cannot.
    if (task === undefined && version === "2.6.8") continue;
    assert.equal(version, "2.9.6", path);
    if (task !== undefined) assert.ok(task in tasks, `${path}: there is no task ${task}`);
  }
  for (const { path, text } of pages) {
    for (const [, task = ""] of text.matchAll(/deno task ([\w:]+)/g)) {
      assert.ok(task in tasks, `${path}: there is no task ${task}`);
    }
  }
});

Deno.test("docs: links lead somewhere", async () => {
  for (const { path, text } of await readPages()) {
    for (const [, link = ""] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const target = new URL(link, new URL(path, ROOT));
      assert.ok(await Deno.stat(target).then(() => true, () => false), `${path}: ${link}`);
    }
  }
});

Deno.test("docs: README and AGENTS stay on one long page", async () => {
  for (const { path, text } of await readPages()) {
    if (path !== "README.md" && path !== "AGENTS.md") continue;
    assert.ok(text.split("\n").length <= 101, path);
  }
});

/** Names that the shipped code reads from the environment. */
async function readVariables(): Promise<Set<string>> {
  const folders = ["core/", "cli/", "engines/", "io/", "supervisor/"];
  const listed = await Promise.all(folders.map((folder) => listFiles(folder, ".ts")));
  const names = new Set<string>();
  for (const path of ["main.ts", ...listed.flat()]) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    const reads = /\benv(?:\["([A-Z][A-Z0-9_]*)"\]|\.([A-Z][A-Z0-9_]*)\b|\.get\("([A-Z0-9_]+)"\))/g;
    for (const [, a, b, c] of text.matchAll(reads)) names.add(a ?? b ?? c ?? "");
  }
  return names;
}

Deno.test("docs: the table of environment variables is what the code reads", async () => {
  const table = [...OUR_VARIABLES, ...FOREIGN_VARIABLES].map(({ name }) => name).sort();
  assert.deepEqual(table, [...await readVariables()].sort());
});
