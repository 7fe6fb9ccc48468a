/** What a user types after `ct config set KEY`. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { findKey } from "../../../core/model/config_check.ts";
import { parseValue } from "../../../core/model/config_value.ts";
import { formatValue } from "../../../core/model/toml_key.ts";

function valueOf(key: string, typed: string): unknown {
  const record = findKey(key.split("."));
  assert.ok(record, key);
  return parseValue(record, key, typed);
}

Deno.test("config value: the key's type decides what the words mean", () => {
  assert.equal(valueOf("sandbox.sudo", "true"), true);
  assert.equal(valueOf("sandbox.pids", "4096"), 4096);
  assert.equal(valueOf("sandbox.cpus", "1.5"), 1.5);
  assert.equal(valueOf("sandbox.memory", "4GiB"), "4GiB");
  assert.equal(valueOf("runtime.engine", "Docker"), "docker");
  assert.equal(valueOf("sandbox.shell", '"/bin/zsh"'), "/bin/zsh");
  assert.equal(valueOf("runtime.build_network", ""), "");
  assert.equal(valueOf("sandbox.selinux_labels", "off"), "disabled");
  assert.equal(valueOf("agents.versions.claude", "2.0"), "2.0");
  assert.equal(valueOf("claude.cc.zai.API_TIMEOUT_MS", "3000000"), "3000000");
});

Deno.test("config value: lists with commas or as TOML", () => {
  for (const typed of ["A,B", "A, B", '["A", "B"]', "['A',\n'B']"]) {
    assert.deepEqual(valueOf("sandbox.env_passthrough", typed), ["A", "B"], typed);
  }
  for (const typed of ["", "[]", " "]) {
    assert.deepEqual(valueOf("sandbox.env_passthrough", typed), []);
  }
  assert.deepEqual(valueOf("sandbox.host_loopback_ports", "80,443"), [80, 443]);
});

Deno.test("config value: what the key does not allow is refused with what it does", () => {
  assert.throws(() => valueOf("sandbox.pids", "many"), {
    code: "invalid",
    message: 'Cannot set sandbox.pids: it is "many", and must be a whole number, 0 or more',
  });
  for (const typed of ["1\nx = 2", "1]\nx = [2", "0x", "true", "-1", "1e400", "1,2", ""]) {
    assert.throws(() => valueOf("sandbox.pids", typed), { code: "invalid" }, typed);
  }
  assert.throws(() => valueOf("claude.cc.zai.TOKEN", "a\u0007secret"), (error) => {
    return error instanceof Error && !error.message.includes("secret");
  });
});

Deno.test("config value: every value reads back from its TOML spelling", () => {
  fc.assert(fc.property(fc.array(fc.stringMatching(/^[A-Z_]{1,5}$/)), (names) => {
    assert.deepEqual(valueOf("sandbox.env_passthrough", formatValue(names)), names);
  }));
});
