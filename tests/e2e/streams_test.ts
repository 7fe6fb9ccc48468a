/** stdin, stdout and stderr through the whole program: whose bytes they are, and how they end. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { assertCode, createProgram, onEngines } from "./program.ts";

/** All 256 bytes, and what terminals and text streams like to change. */
const BYTES = new Uint8Array([...Array(256).keys(), 13, 10, 13, 10, 4, 26, 0xc3, 0x28, 0]);

const shell = (script: string) => ["sh", "-c", script, "sh"];

await onEngines((engine, test) => {
  Deno.test(`${engine} first use: stdout has the program's bytes and nothing else`, async () => {
    await using ct = await createProgram({ engine, hasImage: false });
    const bytes = [...BYTES].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
    const first = await ct.run(["printf", bytes]);
    assertCode(first, 0);
    assert.deepEqual(first.stdout, BYTES);
    assert.match(await Deno.readTextFile(`${ct.data}/config.toml`), /^# .*\n[\s\S]*\[network\]/);
    if (engine === "docker") assert.match(first.errorText, /building image/);
    const second = await ct.run(["printf", bytes]);
    assert.deepEqual(second.stdout, BYTES);
    assert.equal(second.errorText, "");
  });

  test("run: stderr is the program's, apart from stdout", async (ct) => {
    assertCode(await ct.run(["true"]), 0);
    const ran = await ct.run(["sh", "-c", "printf out; printf 'err\\0' >&2; exit 9"]);
    assert.deepEqual([ran.code, ran.text, ran.errorText], [9, "out", "err\0"]);
  });

  test("run: a terminal is asked for by nobody when there is none", async (ct) => {
    const ran = await ct.run([
      "sh",
      "-c",
      "for i in 0 1 2; do test -t $i && echo $i; done; echo .",
    ]);
    assert.equal(ran.text, ".\n");
  });

  test("run: stdin arrives byte by byte, and its end too", async (ct) => {
    const piped = await ct.run(["cat"], { stdin: BYTES });
    assert.deepEqual(piped.stdout, BYTES);
    const empty = await ct.run(["wc", "-c"], { stdin: "" });
    assert.equal(empty.text.trim(), "0");
    const none = await ct.run(["wc", "-c"], { stdin: "null" });
    assert.equal(none.text.trim(), "0");
  });

  test("run: stdin that is closed is an empty one", async (ct) => {
    const ran = await ct.run(["wc", "-c"], { before: shell('exec "$@" <&-') });
    assertCode(ran, 0);
    assert.equal(ran.text.trim(), "0");
  });

  test("run: stdin from a file arrives whole", async (ct) => {
    await Deno.writeTextFile(`${ct.project}/input`, "one\ntwo\nthree\n");
    const ran = await ct.run(["cat"], { before: shell('exec "$@" < input') });
    assert.equal(ran.text, "one\ntwo\nthree\n");
  });

  test("run: 20 MB go in and come out whole", async (ct) => {
    const big = new Uint8Array(20_000_000).map((_, i) => (i * 7 + (i >> 8)) & 255);
    const ran = await ct.run(["cat"], { stdin: big });
    assertCode(ran, 0);
    assert.ok(ran.stdout.length === big.length && Buffer.compare(ran.stdout, big) === 0);
  });

  test("run: a program that does not read its stdin ends all the same", async (ct) => {
    assertCode(await ct.run(["true"], { stdin: new Uint8Array(5_000_000) }), 0);
    const open = ct.start(ct.words(["sh", "-c", "exit 4"]), { stdin: "piped" });
    assertCode(await open.ended, 4);
    await open.child.stdin.abort();
  });

  test("run: a reader that has enough ends the program", async (ct) => {
    const ran = await ct.run(["yes"], { before: shell('"$@" | head -c 6'), limitMs: 20_000 });
    assertCode(ran, 0);
    assert.equal(ran.text, "y\ny\ny\n");
  });

  test("run: output of a program that ended at once is complete", async (ct) => {
    for (let i = 0; i < 5; i++) {
      const ran = await ct.run(["sh", "-c", "head -c 200000 /dev/zero; exit 7"]);
      assert.deepEqual([ran.code, ran.stdout.length], [7, 200_000]);
    }
  });
});
