/** The runner's record, also when a hostile program writes to it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRecord } from "../../../core/launch/run_folder.ts";

const EMPTY = { interfaces: undefined, missing: undefined, pid: undefined, exitCode: undefined };

Deno.test("record: what the runner says, step by step", () => {
  assert.deepEqual(parseRecord(""), EMPTY);
  assert.deepEqual(parseRecord("ready lo,eth0\n"), { ...EMPTY, interfaces: ["lo", "eth0"] });
  assert.deepEqual(parseRecord("ready lo\nstarted 7\nexit 3\n"), {
    interfaces: ["lo"],
    missing: undefined,
    pid: 7,
    exitCode: 3,
  });
  assert.deepEqual(parseRecord("missing /a b/c\n"), { ...EMPTY, missing: "/a b/c" });
});

Deno.test("record: only the first word of each kind counts", () => {
  const honest = "ready lo\nstarted 7\n";
  const hostile = "started 1\nready eth0\nmissing /x\nexit 4\nexit 0\n";
  assert.deepEqual(parseRecord(honest + hostile), {
    interfaces: ["lo"],
    missing: undefined,
    pid: 7,
    exitCode: 4,
  });
});

Deno.test("record: numbers that are none, or too large, are not there", () => {
  for (const text of ["", "256", "-1", "1.5", "0x1", " 1", "1 ", "99999999999", "1e2", "٣"]) {
    assert.equal(parseRecord(`exit ${text}\n`).exitCode, undefined, text);
  }
  assert.equal(parseRecord("exit 255\n").exitCode, 255);
  assert.equal(parseRecord(`started ${2 ** 22 + 1}\n`).pid, undefined);
});

Deno.test("record: no text after the runner's changes what the runner said", () => {
  const word = fc.constantFrom("ready", "started", "exit", "missing", "Exit", "");
  const line = fc.oneof(fc.string(), fc.tuple(word, fc.string()).map((parts) => parts.join(" ")));
  const honest = "ready lo\nstarted 7\nexit 9\n";
  fc.assert(fc.property(fc.array(line), (lines) => {
    assert.deepEqual(parseRecord(honest + lines.join("\n")), parseRecord(honest));
  }));
});
