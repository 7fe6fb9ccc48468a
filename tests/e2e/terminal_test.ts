/** A program in a box on a real terminal: size, keys, colours, and the terminal afterwards. */
import assert from "node:assert/strict";
import { until } from "../engines/native/processes.ts";
import { onEngines, type Program } from "./program.ts";
import { openPane, quote } from "./tmux.ts";

const ESCAPE = "\x1b";

/** Lets a program go on until the test made the file. */
const UNTIL_GO = "while [ ! -e go ]; do sleep 0.02; done";

/** The shell words that run this program in a box. */
function inBox(ct: Program, program: readonly string[]): string {
  return `ct ${ct.words(program).map(quote).join(" ")}`;
}

function read({ project }: Program, name: string): string {
  try {
    return Deno.readTextFileSync(`${project}/${name}`);
  } catch {
    return "";
  }
}

/** Waits for the text of a file of the project. */
async function waitFor(ct: Program, name: string, text: string): Promise<void> {
  await until(() => read(ct, name) === text, 10_000);
  assert.equal(read(ct, name), text);
}

async function go({ project }: Program): Promise<void> {
  await Deno.writeTextFile(`${project}/go`, "");
}

await onEngines((engine, test) => {
  test("terminal: all three streams are one, of its size, which follows a resize", async (ct) => {
    const program = [
      "for i in 0 1 2; do test -t $i || echo $i not >>streams; done",
      "trap 'stty size >resized' WINCH",
      "stty size >size",
      "echo up",
      UNTIL_GO,
    ];
    const size = { columns: 93, rows: 31 };
    await using pane = await openPane(ct, inBox(ct, ["sh", "-c", program.join("\n")]), size);
    await pane.sees(/^up$/m);
    await waitFor(ct, "size", "31 93\n");
    assert.equal(read(ct, "streams"), "");
    await pane.resize(120, 40);
    await waitFor(ct, "resized", "40 120\n");
    await go(ct);
    assert.equal(await pane.ended(), 0);
  });

  test("terminal: a stream that is none takes it from the program", async (ct) => {
    const program = inBox(ct, ["sh", "-c", 'test -t "$0"; echo $? >>"at$0"; cat', "0"]);
    const other = inBox(ct, ["sh", "-c", 'test -t "$0"; echo $? >>"at$0"', "1"]);
    await using pane = await openPane(ct, `echo piped | ${program}; ${other} | cat`);
    assert.equal(await pane.ended(), 0);
    assert.deepEqual([read(ct, "at0"), read(ct, "at1")], ["1\n", "1\n"]);
    await pane.sees(/^piped$/m);
  });

  test("keys: Ctrl-C and Ctrl-\\ reach the program, once each", async (ct) => {
    const program = [
      "trap 'echo INT >>keys' INT; trap 'echo QUIT >>keys' QUIT; echo up",
      UNTIL_GO,
      "exit 6",
    ];
    await using pane = await openPane(ct, inBox(ct, ["sh", "-c", program.join("\n")]));
    await pane.sees(/^up$/m);
    await pane.press("C-c");
    await waitFor(ct, "keys", "INT\n");
    await pane.press("C-\\");
    await waitFor(ct, "keys", "INT\nQUIT\n");
    await go(ct);
    assert.equal(await pane.ended(), 6);
    assert.equal(read(ct, "keys"), "INT\nQUIT\n");
  });

  test("keys: Ctrl-C ends a program that does not care, with 130", async (ct) => {
    const program = inBox(ct, ["sh", "-c", "echo up; sleep 100"]);
    await using pane = await openPane(ct, `trap : INT; ${program}`);
    await pane.sees(/^up$/m);
    await pane.press("C-c");
    assert.equal(await pane.ended(), 130);
  });

  test("keys: Ctrl-C reaches a program without a terminal of its own, once", async (ct) => {
    const program = `trap 'echo INT >>keys' INT; echo up >up\n${UNTIL_GO}`;
    const script = `trap : INT; ${inBox(ct, ["sh", "-c", program])} </dev/null | cat`;
    await using pane = await openPane(ct, script);
    await waitFor(ct, "up", "up\n");
    await pane.press("C-c");
    await waitFor(ct, "keys", "INT\n");
    await go(ct);
    await pane.ended();
    assert.equal(read(ct, "keys"), "INT\n");
  });

  test("keys: Ctrl-Z does not stop a program that nobody could wake", async (ct) => {
    const program = `echo up\n${UNTIL_GO}\nexit 8`;
    await using pane = await openPane(ct, inBox(ct, ["sh", "-c", program]));
    await pane.sees(/^up$/m);
    await pane.press("C-z");
    await pane.press("C-z");
    await go(ct);
    assert.equal(await pane.ended(), 8);
  });

  test("keys: in raw mode every byte arrives, pasted or typed", async (ct) => {
    const sent = [
      `${ESCAPE}[200~two\nlines\t${ESCAPE}[201~`,
      "\x10\x11\x10\x03\x1a\x1c\x04\x13\x7f",
      // Docker keeps this one until the next key.
      "\x1ea",
      `${ESCAPE}[A${ESCAPE}OP`,
      "ü✓",
    ].join("");
    const bytes = new TextEncoder().encode(sent);
    const program = `stty raw -echo; echo up; head -c ${bytes.length} >got`;
    await using pane = await openPane(ct, inBox(ct, ["sh", "-c", program]));
    await pane.sees(/^up$/m);
    await pane.type(sent);
    assert.equal(await pane.ended(), 0);
    assert.equal(read(ct, "got"), sent);
  });

  test("colours: 256 and true ones leave the box unchanged", async (ct) => {
    const text = `${ESCAPE}[38;5;196mred${ESCAPE}[0m${ESCAPE}[48;2;1;22;133mdeep${ESCAPE}[0m` +
      `${ESCAPE}[?2004h${ESCAPE}[?2004l${ESCAPE}]0;title\x07`;
    await using pane = await openPane(ct, inBox(ct, ["printf", "%s", text]));
    assert.equal(await pane.ended(), 0);
    assert.ok(new TextDecoder().decode(pane.bytes()).includes(text));
  });

  const endings = {
    "ended by itself": ["stty raw -echo; exit 4", 4],
    "was killed": ["stty raw -echo; kill -9 $$", 137],
  } as const;
  for (const [ending, [program, code]] of Object.entries(endings)) {
    test(`terminal: is as before when a program in raw mode ${ending}`, async (ct) => {
      const script = [
        "stty -a >before",
        inBox(ct, ["sh", "-c", program]),
        "code=$?",
        "stty -a >after",
        'echo ready; read line; echo "$line" >line',
        "exit $code",
      ];
      await using pane = await openPane(ct, script.join("\n"));
      await pane.sees(/^ready$/m);
      await pane.type("typed\r");
      assert.equal(await pane.ended(), code);
      assert.equal(read(ct, "line"), "typed\n");
      assert.match(read(ct, "before"), /icanon/);
      assert.equal(read(ct, "after"), read(ct, "before"));
    });
  }

  test("terminal: is as before when ct is ended while a program is in raw mode", async (ct) => {
    const program = `stty raw -echo; echo up >up\n${UNTIL_GO}`;
    const script = [
      "stty -a >before",
      `(${inBox(ct, ["sh", "-c", program])}; echo $? >code)`,
      "stty -a >after",
      'read line; echo "$line" >line',
    ];
    await using pane = await openPane(ct, script.join("\n"));
    await waitFor(ct, "up", "up\n");
    await endOwn(ct);
    await waitFor(ct, "code", "143\n");
    await pane.type("typed\r");
    assert.equal(await pane.ended(), 0);
    assert.equal(read(ct, "after"), read(ct, "before"));
    assert.equal(read(ct, "line"), "typed\n");
  });

  test("shell: has job control, and its exit code is ct's", async (ct) => {
    await using pane = await openPane(ct, `ct shell --ct-engine=${engine}`);
    await pane.sees(/[$#] $/m);
    await pane.type("echo $((6 * 7))\r");
    await pane.sees(/^42$/m);
    await pane.type("sleep 1000\r");
    await pane.sees(/sleep 1000$/m);
    await pane.press("C-z");
    await pane.sees(/Stopped\s+sleep 1000/);
    await pane.type("kill %1; jobs; tty\r");
    await pane.sees(/^\/dev\/(pts\/\d+|console)$/m);
    assert.doesNotMatch(await pane.screen(), /job control|terminal process group/);
    await pane.type("exit 5\r");
    assert.equal(await pane.ended(), 5);
  });
});

/** TERM for the process of this program's ct: the only one that has the data folder as its home. */
async function endOwn(ct: Program): Promise<void> {
  const { stdout } = await new Deno.Command("pgrep", {
    args: ["-f", `^${ct.self.join(" ")} run --ct-engine=${ct.engine} -- sh`],
  }).output();
  const own = new TextDecoder().decode(stdout).trim().split("\n").filter((pid) => {
    const environment = Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
    return environment.includes(`HOME=${ct.home}`);
  });
  assert.equal(own.length, 1);
  Deno.kill(Number(own[0]), "SIGTERM");
}
