/**
 * `deno task test` and `deno task test:long`: runs `deno test`, then prints one plain last line,
 * `N passed, N failed`, and exits by it. Words that it does not know go to `deno test` as they are:
 * paths, `--filter NAME`, `--parallel`, `-u`. It starts no engine and builds nothing.
 */
// deno-lint-ignore-file no-console -- a script for developers talks on the console
import { requiredSuites } from "../tests/require.ts";

/** Run by `--long` alone. */
const LONG = ["tests/long/", "tests/e2e/long/"];

export interface Summary {
  passed: number;
  failed: number;
  /** Names of what was skipped, which hold the reason. */
  skipped: string[];
}

/**
 * Counts the test cases of a JUnit report. A step is in the report too, as `outer > inner`; it is
 * part of its test and not counted again.
 */
export function countTests(junit: string): Summary {
  const cases = [...junit.matchAll(CASE)].map(([, open = "", inside = ""]) => ({
    file: attribute(open, "classname"),
    name: attribute(open, "name"),
    inside,
  }));
  const known = new Set(cases.map(({ file, name }) => `${file}\n${name}`));
  const isStep = ({ file, name }: { file: string; name: string }) => {
    const parts = name.split(" > ");
    return parts.some((_, i) => i > 0 && known.has(`${file}\n${parts.slice(0, i).join(" > ")}`));
  };
  const summary: Summary = { passed: 0, failed: 0, skipped: [] };
  for (const { file, name, inside } of cases) {
    if (isStep({ file, name })) continue;
    if (/<skipped\b/.test(inside)) summary.skipped.push(name);
    else if (/<(failure|error)\b/.test(inside)) summary.failed++;
    else summary.passed++;
  }
  return summary;
}

const CASE = /<testcase\b((?:"[^"]*"|[^>"])*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;

function attribute(tag: string, name: string): string {
  return decodeXml(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
}

function decodeXml(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => named[name] ?? "");
}

/** What `deno test` is called with. `long` adds the slow suites. */
export function toArguments(words: readonly string[], report: string, long: boolean): string[] {
  const isPath = (word: string, i: number) => !word.startsWith("-") && words[i - 1] !== "--filter";
  const paths = words.filter(isPath);
  const options = words.filter((word, i) => !isPath(word, i));
  return [
    "test",
    "-A",
    // Dots need a terminal: elsewhere each one takes a line.
    `--reporter=${Deno.stdout.isTerminal() ? "dot" : "pretty"}`,
    `--junit-path=${report}`,
    // A path that was named is meant, long or not.
    ...(long || paths.length > 0 ? [] : [`--ignore=${LONG.join(",")}`]),
    ...options,
    ...(paths.length > 0 ? paths : ["tests/"]),
  ];
}

async function main(args: readonly string[]): Promise<boolean> {
  const long = args.includes("--long");
  const words = args.filter((word) => word !== "--long");
  const folder = await Deno.makeTempDir({ prefix: "construct-test-" });
  try {
    const report = `${folder}/junit.xml`;
    const suites = `${folder}/suites`;
    await Deno.writeTextFile(suites, "");
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: toArguments(words, report, long),
      cwd: new URL("../", import.meta.url),
      env: {
        CONSTRUCT_TEST_SUITES_FILE: suites,
        ...(long && { CONSTRUCT_TEST_LONG: "1" }),
      },
      stdin: "null",
    }).spawn().status;
    const summary = countTests(await Deno.readTextFile(report).catch(() => ""));
    for (const name of summary.skipped) console.log(`skipped: ${name}`);
    // A part of the tests need not hold every suite.
    const missing = words.length > 0 ? [] : await missingSuites(suites);
    for (const name of missing) console.log(`failed: suite ${name} is required and has no tests`);
    summary.failed += missing.length;
    if (!success && summary.failed === 0) {
      console.log(
        "failed: deno test itself (a file that does not load, or a type error; see above)",
      );
      summary.failed = 1;
    }
    if (summary.passed + summary.failed === 0) {
      console.log("failed: nothing was tested");
      summary.failed = 1;
    }
    console.log(`${summary.passed} passed, ${summary.failed} failed`);
    return summary.failed === 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Required suites of which not one file was there to say that it is absent. */
async function missingSuites(file: string): Promise<string[]> {
  const ran = (await Deno.readTextFile(file)).split("\n");
  return requiredSuites().filter((name) => !ran.includes(name));
}

if (import.meta.main) {
  if (!await main(Deno.args)) Deno.exit(1);
}
