/**
 * What scripts/build.ts made: the executable alone, away from the source, where nothing but the
 * user's own folder can be written. What it does in boxes is for tests/e2e/.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { VERSION } from "../../core/version.ts";
import { TARGETS, thisPlatform } from "../../scripts/build.ts";
import { suite } from "../require.ts";

const EXE = Deno.env.get("CONSTRUCT_EXE");
const MOST_BYTES = 105_000_000;

/** Bubblewrap makes the whole machine read-only, which file modes cannot do for root. */
const HAS_WALL = await new Deno.Command("bwrap", {
  args: ["--ro-bind", "/", "/", "true"],
  stdout: "null",
  stderr: "null",
}).output().then(({ success }) => success, () => false);

Deno.test("build platform: this one is among those that can be built", () => {
  assert.ok(thisPlatform() in TARGETS);
  assert.equal(Object.keys(TARGETS).length, 4);
});

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "construct-build-test-" });
  try {
    await Deno.mkdir(`${folder}/tmp`);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs the executable with a home, a data folder and a TMPDIR below `folder`. */
async function start(folder: string, args: string[], before: string[] = []) {
  const [command = "", ...words] = [...before, EXE ?? "", ...args];
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: words,
    cwd: folder,
    clearEnv: true,
    env: {
      PATH: Deno.env.get("PATH") ?? "",
      HOME: folder,
      TMPDIR: `${folder}/tmp`,
      CONSTRUCT_CONFIG_DIR: `${folder}/config`,
    },
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

function define(): void {
  Deno.test("executable version: is that of the source", async () => {
    await withFolder(async (folder) => {
      const { code, stdout } = await start(folder, ["--version"]);
      assert.equal(stdout, `construct ${VERSION}\n`);
      assert.equal(code, 0);
    });
  });

  Deno.test("executable templates: are in it, and first use writes config.toml from them", async () => {
    await withFolder(async (folder) => {
      const { code, stderr } = await start(folder, ["config", "check"]);
      assert.equal(code, 0, stderr);
      assert.equal(
        await Deno.readTextFile(`${folder}/config/config.toml`),
        await Deno.readTextFile(new URL("../../templates/config.toml", import.meta.url)),
      );
    });
  });

  Deno.test("executable traces: nothing is left in TMPDIR", async () => {
    await withFolder(async (folder) => {
      await start(folder, ["agents"]);
      await start(folder, ["config", "get"]);
      assert.deepEqual([...Deno.readDirSync(`${folder}/tmp`)], []);
    });
  });

  Deno.test({
    name: "executable: works where only the user's own folder can be written",
    ignore: !HAS_WALL,
    async fn() {
      await withFolder(async (folder) => {
        const wall = ["bwrap", "--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev"];
        const own = ["--bind", folder, folder, "--ro-bind", `${folder}/tmp`, `${folder}/tmp`];
        const before = [...wall, ...own, "--"];
        const script = `echo no >"$TMPDIR/a" || echo no >"$(dirname "$0")/b" || echo read-only`;
        const control = await new Deno.Command("bwrap", {
          args: [...wall.slice(1), ...own, "--", "sh", "-c", script, EXE ?? ""],
          env: { TMPDIR: `${folder}/tmp` },
        }).output();
        assert.equal(new TextDecoder().decode(control.stdout), "read-only\n");
        for (const args of [["--version"], ["agents"], ["config", "check"], ["help"]]) {
          const { code, stderr } = await start(folder, args, before);
          assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
        }
      });
    },
  });

  Deno.test("executable file: is within its budget, and its sum is right", async () => {
    const content = await Deno.readFile(EXE ?? "");
    assert.ok(content.length <= MOST_BYTES, `${content.length} bytes`);
    const sum = createHash("sha256").update(content).digest("hex");
    const noted = await Deno.readTextFile(`${EXE}.sha256`).catch(() => undefined);
    if (noted !== undefined) assert.match(noted, new RegExp(`^${sum}  construct-[a-z0-9-]+\n$`));
  });
}

const isThere = EXE !== undefined && await Deno.stat(EXE).then(() => true, () => false);
const why = EXE === undefined ? "CONSTRUCT_EXE is not set" : `there is no ${EXE}`;
suite("exe", isThere || why, define);
