/** Processes of this machine, which a pid alone does not tell apart. */
import assert from "node:assert/strict";
import { processes } from "../../io/process.ts";

Deno.test("process: we are alive, and always started at the same time", () => {
  const self = processes.self();
  assert.equal(self.pid, Deno.pid);
  assert.match(self.start, Deno.build.os === "linux" ? /^\d+$/ : /./);
  assert.deepEqual(processes.self(), self);
  assert.ok(processes.isAlive(self));
});

Deno.test("process: the same pid with another start is somebody else", () => {
  const { pid, start } = processes.self();
  for (const other of ["", "0", `${start}0`, ` ${start}`]) {
    assert.equal(processes.isAlive({ pid, start: other }), false);
  }
});

Deno.test("process: no pid is nobody", () => {
  for (const pid of [0, -1, 2 ** 22 + 1, 4_294_967_295]) {
    assert.equal(processes.isAlive({ pid, start: "" }), false);
  }
});

const linuxOnly = { ignore: Deno.build.os !== "linux" };

/** Field 22 of proc_pid_stat(5), found another way: after the last parenthesis. */
function startOf(pid: number): string {
  return /^.*\) \S+(?: \S+){18} (\S+)/s.exec(Deno.readTextFileSync(`/proc/${pid}/stat`))?.[1] ?? "";
}

Deno.test(
  "process: a child is alive until it ends, also under an odd name",
  linuxOnly,
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const program = `${folder}/a) R (b 7`;
      await Deno.copyFile("/bin/cat", program);
      const child = new Deno.Command(program, { stdin: "piped", stdout: "piped" }).spawn();
      // Only when it answers is its name its own.
      const writer = child.stdin.getWriter();
      await writer.write(new Uint8Array([1]));
      const reader = child.stdout.getReader();
      await reader.read();
      const ref = { pid: child.pid, start: startOf(child.pid) };
      assert.match(ref.start, /^\d+$/);
      assert.ok(processes.isAlive(ref));
      await writer.close();
      await reader.cancel();
      await child.status;
      assert.equal(processes.isAlive(ref), false);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
