/** What our signals mean, with and without a box; in a process of its own, because they are real. */
import assert from "node:assert/strict";

/** Starts the child; lines come one by one. */
function startChild() {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", new URL("signals_child.ts", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const writer = child.stdin.getWriter();
  let text = "";
  const line = async () => {
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      assert.ok(!done, "it is still there");
      text += value;
    }
    const at = text.indexOf("\n");
    const first = text.slice(0, at);
    text = text.slice(at + 1);
    return first;
  };
  return {
    line,
    /** Sends a signal and returns what it meant. */
    kill(name: Deno.Signal) {
      child.kill(name);
      return line();
    },
    async tell(word: string) {
      await writer.write(new TextEncoder().encode(`${word}\n`));
      assert.equal(await line(), `aimed ${word}`);
    },
    async end() {
      await writer.close();
      await reader.cancel();
      return await child.status;
    },
  };
}

Deno.test("signals: with a box the program decides about INT and its like, TERM and HUP end it", async () => {
  const child = startChild();
  assert.equal(await child.line(), "ready");
  await child.tell("a");
  for (const name of ["INT", "QUIT", "USR1", "USR2"] as const) {
    assert.equal(await child.kill(`SIG${name}`), `signal ${name}`);
  }
  for (const name of ["SIGTERM", "SIGHUP"] as const) assert.equal(await child.kill(name), "end");
  assert.equal((await child.end()).code, 0);
});

Deno.test("signals: without a box, before it or after it, each of them cancels", async () => {
  for (const name of ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"] as const) {
    const child = startChild();
    assert.equal(await child.line(), "ready");
    if (name === "SIGTERM") {
      await child.tell("a");
      await child.tell("n");
    }
    assert.equal(await child.kill(name), "abort cancelled");
    assert.equal((await child.end()).code, 0);
  }
});
