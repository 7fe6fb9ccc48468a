/** What is where in a box: its accounts, its search path, its runner. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { accountFiles, runnerArgv, searchPath } from "../../../core/model/layout.ts";

/** Rows of passwd(5) or group(5). Fails for a line that has not `columns` of them. */
function rowsOf(text: string, columns: number): string[][] {
  assert.ok(text.endsWith("\n"));
  return text.slice(0, -1).split("\n").map((line) => {
    const row = line.split(":");
    assert.equal(row.length, columns, line);
    return row;
  });
}

const ORDINARY = [0, 1, 2, 5, 42, 43, 50, 100, 1000, 1001, 65534, 4_294_967_294];

function assertAccounts(uid: number, gid: number): void {
  const { passwd, group } = accountFiles({ uid, gid }, "/bin/zsh");
  const users = rowsOf(passwd, 7);
  const groups = rowsOf(group, 4);
  const own = users.filter(([, , id]) => id === String(uid));
  assert.deepEqual(own.map((row) => [row[3], row[5], row[6]]), [
    [String(gid), "/home/construct", "/bin/zsh"],
  ]);
  assert.equal(own[0]?.[0], uid === 0 ? "root" : "construct");
  for (const [rows, name] of [[users, "user"], [groups, "group"]] as const) {
    for (const column of [0, 2]) {
      const values = rows.map((row) => row[column]);
      assert.equal(new Set(values).size, values.length, `no ${name} twice: ${values}`);
    }
  }
  assert.equal(groups.filter(([, , id]) => id === String(gid)).length, 1);
  assert.equal(users.filter(([name, , id]) => name === "root" && id === "0").length, 1);
}

Deno.test("layout accounts: every file parses and the user is there exactly once", () => {
  for (const uid of ORDINARY) {
    // The user with uid 0 is root of a rootless engine, and always has group 0.
    for (const gid of uid === 0 ? [0] : ORDINARY) assertAccounts(uid, gid);
  }
  const id = fc.integer({ min: 1, max: 4_294_967_294 });
  fc.assert(fc.property(id, id, assertAccounts));
});

Deno.test("layout path: the agent's own folder comes before what the agent can write", () => {
  const plain = searchPath(undefined).split(":");
  assert.ok(plain.every((folder) => folder.startsWith("/")), "none is relative or empty");
  assert.equal(new Set(plain).size, plain.length);
  assert.ok(plain.indexOf("/home/construct/.local/bin") < plain.indexOf("/usr/bin"));
  const [first, ...rest] = searchPath("claude@latest").split(":");
  assert.equal(first, "/opt/construct/packages/claude@latest/bin");
  assert.deepEqual(rest, plain);
});

Deno.test("layout runner: one element for each option, and no `--` of its own", () => {
  const none = { tty: false, needs: undefined, processor: "riscv64", far: false };
  assert.deepEqual(runnerArgv(none), ["/usr/bin/perl", "/opt/construct/lib/runner.pl"]);
  const all = runnerArgv({ tty: true, needs: "/a b --x", processor: "aarch64", far: false });
  assert.deepEqual(all.slice(2), ["--tty", "--needs=/a b --x", "--prctl=167"]);
});
