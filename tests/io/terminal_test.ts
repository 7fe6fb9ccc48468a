/** Ctrl-C on the real process: the first one is a wish, the second one the end. */
import assert from "node:assert/strict";

const TERMINAL = new URL("../../io/terminal.ts", import.meta.url).href;
const PROGRAM = `
  const { openTerminal } = await import(${JSON.stringify(TERMINAL)});
  const { stdout, interrupts } = openTerminal(() => Deno.exit(130));
  const signal = interrupts();
  signal.addEventListener("abort", () => stdout.write("asked\\n"));
  stdout.write("ready\\n");
  await new Promise((resolve) => setTimeout(resolve, 60_000));
`;

Deno.test("terminal: the first Ctrl-C aborts, the second one gives up", async () => {
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["eval", PROGRAM],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await lines.read()).value, "ready\n");
  child.kill("SIGINT");
  assert.equal((await lines.read()).value, "asked\n");
  child.kill("SIGINT");
  assert.equal((await child.status).code, 130);
  await lines.cancel();
});
