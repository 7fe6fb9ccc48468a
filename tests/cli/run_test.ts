/** Dispatch, exit codes and the error printer, through the same door that main.ts uses. */
import assert from "node:assert/strict";
import { AppError, ERROR_CODES, type ErrorCode } from "../../core/errors.ts";
import { createFakeClient } from "../fakes/client.ts";
import { makeCli } from "../fakes/cli.ts";

// True: an object of ours has no other keys.
const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

Deno.test("run: the program's exit code passes through, whatever it is", async () => {
  for (const exitCode of [0, 1, 2, 125, 126, 127, 130, 137, 255]) {
    for (const line of [["claude"], ["run", "x"], ["shell"]]) {
      const { ct } = makeCli({ client: createFakeClient({ exitCode }) });
      assert.deepEqual(await ct(...line), { code: exitCode, stdout: "", stderr: "" });
    }
  }
});

Deno.test("run: what fails before the program starts is 125, and names its code", async () => {
  for (const code of CODES) {
    const { ct, client } = makeCli();
    client.failures.set(
      "run",
      new AppError(code, "Cannot start", { hint: "Try `ct engine list`" }),
    );
    assert.deepEqual(await ct("claude", "--json"), {
      code: code === "cancelled" ? 130 : 125,
      stdout: "",
      // `--json` is the agent's word here.
      stderr: `error [${code}]: Cannot start\nhint: Try \`ct engine list\`\n`,
    });
  }
});

Deno.test("run: a wrong command line of a program is 125 too, and starts nothing", async () => {
  const cases: [line: string[], message: RegExp][] = [
    [["run"], /Cannot run: there is no command\nhint: /],
    [["run", "--"], /there is no command/],
    [["run", "-x", "ls"], /-x is not a command/],
    [["claude", "--ct-network"], /--ct-network needs MODE/],
    [["claude", "--ct-network", "wide"], /"wide", and must be/],
    [["--ct-nonsense", "claude"], /--ct-nonsense is not one of our flags/],
    [["--ct-network", "claude"], /"claude", and must be/],
  ];
  for (const [line, message] of cases) {
    const { ct, connections } = makeCli();
    const { code, stdout, stderr } = await ct(...line);
    // Without the agent's name nothing says that a program was meant.
    assert.equal(code, line.at(-1) === "claude" && line[0] === "--ct-network" ? 2 : 125, stderr);
    assert.match(stderr, message);
    assert.equal(stdout, "");
    assert.deepEqual(connections, []);
  }
});

Deno.test("run: nobody listens for Ctrl-C while a program has the terminal", async () => {
  const cli = makeCli();
  await cli.ct("claude");
  await cli.ct("run", "ls");
  assert.equal(cli.interruptions, 0);
  await cli.ct("box", "list");
  assert.equal(cli.interruptions, 1);
});

Deno.test("run: Ctrl-C is cancelled, whatever the work said to it", async () => {
  const cli = makeCli();
  cli.interrupt();
  cli.client.failures.set("box.list", new AppError("timeout", "Cannot list boxes: too slow"));
  const { code, stderr } = await cli.ct("box", "list");
  assert.deepEqual({ code, stderr }, { code: 130, stderr: "error [cancelled]: Cancelled\n" });
});

Deno.test("run: our other commands exit by the code of the error", async () => {
  for (const code of CODES) {
    const { ct, client } = makeCli();
    client.failures.set("box.list", new AppError(code, "Cannot list boxes"));
    assert.equal((await ct("box", "list")).code, ERROR_CODES[code].exit, code);
  }
});

Deno.test("run: with --json an error is one JSON line on stderr", async () => {
  const { ct, client } = makeCli();
  const details = { engine: "docker" };
  client.failures.set("box.stop", new AppError("notFound", "Cannot stop", { hint: "x", details }));
  const { code, stdout, stderr } = await ct("box", "logs", "web", "--jsonn", "--json");
  assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  assert.equal(JSON.parse(stderr).error.code, "usage");
  client.failures.set("box.logs", new AppError("notFound", "Cannot read", { hint: "x", details }));
  assert.deepEqual(JSON.parse((await ct("box", "logs", "web", "--json")).stderr), {
    ok: false,
    error: { code: "notFound", message: "Cannot read", hint: "x", details },
  });
});

Deno.test("run: a defect keeps its words to itself, unless it is asked for them", async () => {
  for (const line of [["claude"], ["box", "list"]]) {
    const client = createFakeClient();
    const defect = new TypeError("x is not a function", { cause: new Error("below") });
    for (const operation of ["run", "box.list"]) client.failures.set(operation, defect);
    const quiet = await makeCli({ client }).ct(...line);
    assert.match(quiet.stderr, /^error \[internal\]: .*\nhint: .*--ct-debug.*\n$/);
    for (
      const loud of [
        await makeCli({ client }).ct(...line, "--ct-debug"),
        await makeCli({ client, debug: true }).ct(...line),
      ]
    ) {
      assert.match(loud.stderr, /cause: TypeError: x is not a function\n +at /);
      assert.match(loud.stderr, /cause: Error: below/);
    }
  }
});

Deno.test("run: words of an engine cannot move the cursor", async () => {
  const { ct, client } = makeCli();
  client.failures.set("run", new AppError("unavailable", "Cannot start:\n\x1b[2Jgone"));
  const { stderr } = await ct("claude");
  assert.equal(stderr, "error [unavailable]: Cannot start:\n\\x1b[2Jgone\n");
});

Deno.test("run: an unknown command is a usage error with the nearest name", async () => {
  const cases: [line: string, hint: string][] = [
    ["clade", "Did you mean `ct claude`?"],
    ["bxo", "Did you mean `ct box`?"],
    ["box lsit", "Did you mean `ct box list`?"],
    ["stop", "Did you mean `ct box stop`?"],
    ["box xyzzy", "Run `ct help box` to see what there is"],
    ["xyzzyxyzzy", "Run `ct help` to see what there is"],
    ["help clade", "Did you mean `ct claude`?"],
  ];
  for (const [line, hint] of cases) {
    const { code, stdout, stderr } = await makeCli().ct(...line.split(" "));
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, /^error \[usage\]: Cannot find a command or an agent named /);
    assert.equal(stderr.split("\n")[1], `hint: ${hint}`, line);
  }
});

Deno.test("run: help goes to stdout, ends well and needs no client", async () => {
  const lines = ["", "--help", "-h", "help", "run --help", "run -h", "shell --help", "help claude"];
  const more = ["box", "box --help", "box stop -h", "help box stop", "sys", "help sys init"];
  for (const line of [...lines, ...more, "sys rebuild --help", "box list --help --json"]) {
    const cli = makeCli();
    const { code, stdout, stderr } = await cli.ct(...line.split(" ").filter(Boolean));
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" }, line);
    assert.match(stdout, /^Usage:$/m);
    assert.deepEqual(cli.connections, []);
  }
});

Deno.test("run: an old name is its new command, with the words that it adds", async () => {
  const { ct, client } = makeCli();
  await ct("sys", "rebuild", "--engine", "docker");
  assert.deepEqual(client.calls, [["image.build", { noCache: true, engine: "docker" }]]);
  assert.equal((await ct("-v")).stdout, (await ct("version")).stdout);
});

Deno.test("run: other commands take --ct-debug and --ct-verbose, and no other flag of runs", async () => {
  const { ct } = makeCli();
  assert.equal((await ct("--ct-debug", "box", "list", "-ct-v")).code, 0);
  const { code, stderr } = await ct("box", "list", "--ct-network", "offline");
  assert.equal(code, 2);
  assert.match(stderr, /takes only --ct-verbose and --ct-debug/);
});

Deno.test("run: --ct-dry-run prints the plan and runs nothing", async (t) => {
  const { ct, client } = makeCli();
  const { code, stdout, stderr } = await ct("claude", "--ct-dry-run", "-p", "hi");
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.deepEqual(client.calls.map(([operation]) => operation), ["preview"]);
  await t.assertSnapshot(stdout);
});

Deno.test("run: CONSTRUCT_DEBUG reaches the run", async () => {
  const { ct, client } = makeCli({ debug: true });
  await ct("claude");
  assert.equal(client.runs[0]?.flags.debug, true);
});

Deno.test("run: notes go to stderr, and `debug` ones only when they are asked for", async () => {
  for (const [flag, expected] of [["", ""], ["--ct-verbose", "deep\n"], ["--ct-debug", "deep\n"]]) {
    const cli = makeCli();
    cli.client.run = () => {
      const notes = cli.connections[0];
      notes?.note("taken");
      notes?.warn("odd");
      notes?.debug("deep");
      return Promise.resolve(0);
    };
    const { stdout, stderr } = await cli.ct("claude", ...(flag ? [flag] : []));
    assert.deepEqual([stdout, stderr], ["", `taken\nwarning: odd\n${expected}`]);
  }
});

Deno.test("run: piped output holds no escape code, and NO_COLOR and dumb terminals get none", async () => {
  const lines = [["help"], ["box", "list"], ["engine", "list"], ["demo"], ["image", "build"]];
  const worlds = [
    {},
    { terminals: ["stdout", "stderr"] as const, codes: false },
  ];
  for (const world of worlds) {
    for (const line of lines) {
      const { stdout, stderr } = await makeCli(world).ct(...line);
      assert.ok(!(stdout + stderr).includes("\x1b"), line.join(" "));
    }
  }
  const plain = await makeCli({ terminals: ["stdout"], colours: false }).ct("engine", "list");
  assert.ok(!plain.stdout.includes("\x1b"));
  const looks = await makeCli({ terminals: ["stdout"] }).ct("engine", "list");
  assert.ok(looks.stdout.includes("\x1b[32myes\x1b[39m"));
});
