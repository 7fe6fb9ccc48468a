/** The executable away from its source: in a folder that nobody can write, without a place for temporary files. */
import assert from "node:assert/strict";
import { VERSION } from "../../core/version.ts";
import { suite } from "../require.ts";
import { assertCode, createProgram, type EngineName, executable, onEngines } from "./program.ts";

/** Makes both folders read-only, also for root, and only for what it starts. */
const SEALED = [
  ...["unshare", "--mount", "sh", "-c"],
  'for folder in "$1" "$2"; do mount --bind "$folder" "$folder" && ' +
  'mount -o remount,bind,ro "$folder" || exit 99; done; shift 2; exec "$@"',
  "sh",
];

/** The executable alone in a sealed folder, with a sealed TMPDIR. */
async function createSealed(engine: EngineName, hasImage: boolean) {
  const stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "ct-e2e-exe-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  for (const name of ["bin", "tmp"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.copyFile(executable ?? "", `${folder}/bin/construct`);
  await Deno.symlink("construct", `${folder}/bin/ct`);
  const ct = stack.use(await createProgram({ engine, hasImage, self: [`${folder}/bin/ct`] }));
  const before = [...SEALED, `${folder}/bin`, `${folder}/tmp`];
  return {
    ct,
    before,
    options: { before, env: { TMPDIR: `${folder}/tmp`, DENO_DIR: undefined } },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

suite("exe", executable !== undefined || "CONSTRUCT_EXE is not set", () => {
  Deno.test("executable version: is one line, also without a home", async () => {
    await using it = await createSealed("native", true);
    const env = { ...it.options.env, HOME: undefined };
    for (const word of ["--version", "version", "-v"]) {
      const ran = await it.ct.call([word], { ...it.options, env, cwd: "/" });
      assertCode(ran, 0);
      assert.deepEqual([ran.text, ran.errorText], [`construct ${VERSION}\n`, ""]);
    }
  });

  Deno.test("executable: the seal holds, or these tests show nothing", async () => {
    await using it = await createSealed("native", true);
    const args = [...it.before.slice(1), "touch", `${it.before.at(-1)}/x`];
    const { code, stderr } = await new Deno.Command("unshare", { args }).output();
    assert.notEqual(code, 0);
    assert.match(new TextDecoder().decode(stderr), /Read-only file system/);
  });

  Deno.test("executable commands: work where nothing can be written", async () => {
    await using it = await createSealed("native", true);
    const words = [["help"], ["run", "--help"], ["agents"], ["config", "check"], ["box", "list"]];
    for (const line of [...words, ["engine", "list"], ["completion", "bash"]]) {
      assertCode(await it.ct.call(line, it.options), 0);
    }
  });
});

if (executable !== undefined) {
  await onEngines((engine) => {
    Deno.test(`${engine} executable run: first use works where nothing can be written`, async () => {
      await using it = await createSealed(engine, false);
      const bytes = await it.ct.run(["printf", "a\\000\\377"], it.options);
      assertCode(bytes, 0);
      assert.deepEqual([...bytes.stdout], [0x61, 0, 0xff]);
      assertCode(await it.ct.run(["sh", "-c", "exit 3"], it.options), 3);
      const offline = { ...it.options, flags: ["--ct-network=offline"] };
      assertCode(await it.ct.run(["sh", "-c", "exit 4"], offline), 4);
    });
  });
}
