/**
 * What every engine must do, whatever it is: the contract of the `Engine` port. Each engine's own
 * file registers it for the real thing.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Engine } from "../../core/ports.ts";
import { bind, createEngineWorld, type EngineWorld } from "./world.ts";

/** No limit of its own: a hanging engine is for the runner of tests to end. */
const NEVER = { signal: new AbortController().signal };

export interface SuiteOptions {
  make: (stateFolder: string) => Engine;
  image: () => Promise<string>;
  /** The exit codes to try; each is a box of its own. */
  codes: number[];
}

export function defineConformance(name: string, { make, image, codes }: SuiteOptions): void {
  const test = (words: string, body: (world: EngineWorld) => Promise<void>) =>
    Deno.test(`${name} ${words}`, async () => {
      await using world = await createEngineWorld(make, await image());
      await body(world);
    });

  test("run: passes every exit code on", async ({ run }) => {
    // One after the other: starting boxes at once is another test's business.
    for (const code of codes) assert.equal((await run(["sh", "-c", `exit ${code}`])).code, code);
  });

  test("run: a program ended by a signal is 128 and the signal", async ({ run }) => {
    for (const [signal, code] of [["TERM", 143], ["KILL", 137], ["INT", 130], ["SEGV", 139]]) {
      assert.equal((await run(["sh", "-c", `kill -${signal} $$`])).code, code, String(signal));
    }
  });

  test("run: a program that is not there is 127, one that cannot run is 126", async ({ run }) => {
    const absent = await run(["no-such-program"]);
    assert.equal(absent.code, 127);
    assert.match(absent.errorText, /no-such-program: command not found/);
    assert.equal((await run(["/etc/passwd"])).code, 126);
  });

  test("run: stdout and stderr are the program's alone, byte for byte", async ({ run }) => {
    const ran = await run(["sh", "-c", "printf 'out\\0\\377'; printf 'err' >&2"]);
    assert.deepEqual([...ran.stdout], [0x6f, 0x75, 0x74, 0, 0xff]);
    assert.equal(ran.errorText, "err");
  });

  test("run: binary data passes through stdin and stdout unchanged", async ({ run }) => {
    const input = crypto.getRandomValues(new Uint8Array(65_536));
    const ran = await run(["cat"], { stdin: input });
    assert.equal(ran.code, 0);
    assert.deepEqual(ran.stdout, input);
  });

  test("run: stdin that is empty ends at once", async ({ run }) => {
    assert.equal((await run(["wc", "-c"])).text.trim(), "0");
    assert.equal((await run(["wc", "-c"], { stdin: "" })).text.trim(), "0");
  });

  test("run: 100 MB through stdout arrive whole", async ({ run }) => {
    let length = 0;
    const ran = await run(["sh", "-c", "head -c 100000000 /dev/zero | tr '\\0' x"], {
      onOutput: (text) => length += text.length,
    });
    assert.equal(ran.code, 0);
    assert.equal(length, 100_000_000);
  });

  test("run: arguments and variables arrive as they are", async ({ run }) => {
    // deno-lint-ignore no-control-regex -- NUL ends a C string and cannot be in one
    const word = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !/\x00/.test(text))
      .map((text) => new TextDecoder().decode(new TextEncoder().encode(text)));
    const samples = fc.sample(word, { numRuns: 60, seed: 7 });
    const nasty = [
      "",
      "-x",
      "--",
      "a b",
      "a'b\"c",
      "$(id)",
      "line\nline",
      "ü✓",
      "a,b=c:d",
      ...samples,
    ];
    const ran = await run([
      "sh",
      "-c",
      'printf "%s\\0" "$@"; printf "%s\\0" "$VALUE"',
      "sh",
      ...nasty,
    ], {
      environment: { VALUE: nasty.join("\n") },
    });
    assert.deepEqual(ran.text.split("\0").slice(0, -1), [...nasty, nasty.join("\n")]);
  });

  test("run: the environment is what was sent and nothing else", async ({ run }) => {
    const ran = await run(["env", "-0"], { environment: { "odd name": "x", LINES: "a\nb" } });
    const names = ran.text.split("\0").filter(Boolean).map((entry) => entry.split("=")[0]).sort();
    assert.deepEqual(names, ["HOME", "LINES", "PATH", "odd name"]);
  });

  test("run: starts in the folder of the project, as the user, with a name", async ({ run }) => {
    const ran = await run([
      "sh",
      "-c",
      "pwd; id -u; getent passwd $(id -u) | cut -d: -f6; hostname",
    ]);
    const uid = String(Deno.uid());
    assert.deepEqual(ran.text.trim().split("\n"), [
      "/projects/project",
      uid,
      "/home/construct",
      "construct",
    ]);
  });

  test("run: files made in a project belong to the user", async ({ run, folder }) => {
    assert.equal((await run(["sh", "-c", "echo hi > made; mkdir -p a/b"])).code, 0);
    const { uid, gid } = await Deno.stat(`${folder}/project/made`);
    assert.deepEqual([uid, gid], [Deno.uid(), Deno.gid()]);
  });

  test("run: mounts are where they should be, and read-only ones cannot be written", async ({ run, folder }) => {
    const odd = `${folder}/a, "b" c`;
    await Deno.mkdir(odd);
    await Deno.writeTextFile(`${odd}/file`, "kept");
    const mounts = [bind(odd, '/mnt/x, "y" z', true)];
    const ran = await run([
      "sh",
      "-c",
      'cat "/mnt/x, \\"y\\" z/file"; touch "/mnt/x, \\"y\\" z/new"',
    ], {
      plan: { mounts },
    });
    assert.equal(ran.text, "kept");
    assert.match(ran.errorText, /Read-only file system/);
    assert.notEqual(ran.code, 0);
  });

  test("run: offline has a loopback interface and nothing else", async ({ run }) => {
    const ran = await run([
      "sh",
      "-c",
      "tail -n +3 /proc/net/dev | cut -d: -f1; cat /proc/net/route | wc -l",
    ]);
    assert.deepEqual(ran.text.trim().split("\n").map((line) => line.trim()), ["lo", "1"]);
  });

  test("run: a background child does not keep the box", async ({ run }) => {
    const startedAt = performance.now();
    assert.equal((await run(["sh", "-c", "sleep 600 & exit 4"])).code, 4);
    assert.ok(performance.now() - startedAt < 20_000);
  });

  test("run: a program that stops itself goes on at once", async ({ run }) => {
    const ran = await run(["sh", "-c", "kill -STOP $$; echo on; exit 5"]);
    assert.deepEqual([ran.text, ran.code], ["on\n", 5]);
  });

  test("run: no capability to reach the network stack or the kernel", async ({ run }) => {
    const ran = await run([
      "sh",
      "-c",
      "grep CapBnd /proc/self/status; grep NoNewPrivs /proc/self/status",
    ]);
    const bounding = BigInt(`0x${/CapBnd:\s*([0-9a-f]+)/.exec(ran.text)?.[1]}`);
    // capability.h: NET_ADMIN 12, NET_RAW 13, SYS_MODULE 16, SYS_PTRACE 19, SYS_ADMIN 21.
    for (const bit of [12n, 13n, 16n, 19n, 21n]) assert.equal((bounding >> bit) & 1n, 0n, `${bit}`);
    assert.match(ran.text, /NoNewPrivs:\s*1/);
  });

  test("run: at most so many processes", async ({ run, engine, plan }) => {
    const limits = { pids: 40, memoryBytes: 0, cpus: 0 };
    if ((await engine.unmet(plan(["true"], { limits }))).length > 0) return;
    const ran = await run(["sh", "-c", "for i in $(seq 200); do sleep 20 & done; echo all"], {
      plan: { limits },
    });
    assert.match(ran.errorText, /fork|Resource temporarily unavailable/i);
  });

  test("run: at most so much memory", async ({ run, engine, plan }) => {
    const limits = { pids: 100, memoryBytes: 64 * 2 ** 20, cpus: 0 };
    if ((await engine.unmet(plan(["true"], { limits }))).length > 0) return;
    const ran = await run(["perl", "-e", "$x = 'x' x (300 * 2**20); print length $x"], {
      plan: { limits },
    });
    assert.equal(ran.code, 137);
  });

  test("run: a program cannot find the pipe on which its life hangs", async ({ run }) => {
    const own = "ls /proc/self/fd >/dev/null && echo own";
    const runner =
      "for pid in 1 $PPID; do ls -l /proc/$pid/fd 2>/dev/null | grep -q life && echo found; done";
    const named = "test -e /run/construct/life && echo named";
    const ran = await run(["sh", "-c", `${own}; ${runner}; ${named}; true`]);
    assert.equal(ran.text, "own\n");
  });

  test("signal: INT reaches the program once, which decides itself", async ({ run }) => {
    const program = [
      "sh",
      "-c",
      "trap 'echo caught; exit 9' INT; echo up; while :; do sleep 0.1; done",
    ];
    let box: { signal(name: string): void } | undefined;
    const ran = await run(program, {
      onClient: (running) => box = running,
      onOutput: (text) => text.includes("up") && box?.signal("INT"),
    });
    assert.deepEqual([ran.text, ran.code], ["up\ncaught\n", 9]);
  });

  test("end: a program that ignores TERM is gone within two seconds", async ({ run, engine, installation }) => {
    let end: (() => void) | undefined;
    let endedAt = 0;
    const ran = await run([
      "sh",
      "-c",
      "trap '' TERM INT HUP; echo up; while :; do sleep 0.1; done",
    ], {
      onClient: (running) => end = running.end,
      onOutput: (text) => {
        if (!text.includes("up")) return;
        endedAt = performance.now();
        end?.();
      },
    });
    assert.ok(performance.now() - endedAt < 4000);
    assert.ok([137, 143].includes(ran.code ?? 0), `exit code ${ran.code}`);
    assert.deepEqual(await engine.list(installation, NEVER), []);
  });

  test("end: when the engine's client is killed, the box is gone and the code is not 0", async ({ run, engine, installation }) => {
    let kill: (() => void) | undefined;
    const ran = await run(["sh", "-c", "echo up; while :; do sleep 0.1; done"], {
      onClient: ({ client }) => kill = client.kill,
      onOutput: (text) => text.includes("up") && kill?.(),
    });
    assert.ok([137, 143].includes(ran.code ?? 0), `exit code ${ran.code}`);
    assert.deepEqual(await engine.list(installation, NEVER), []);
  });

  test("list: a running box with its labels, and nothing afterwards", async (world) => {
    const { run, engine, installation } = world;
    const options = NEVER;
    let listed: Promise<unknown> | undefined;
    let stop: Promise<void> | undefined;
    const ran = await run(["sh", "-c", "echo up; while :; do sleep 0.1; done"], {
      onOutput: (text) => {
        if (!text.includes("up")) return;
        listed = engine.list(installation, options).then(([box]) => {
          stop = engine.stop(box?.name ?? "", options);
          return box && { state: box.state, agent: box.agent, project: box.project };
        });
      },
    });
    assert.deepEqual(await listed, {
      state: "running",
      agent: "run",
      project: `${world.folder}/project`,
    });
    await stop;
    assert.equal(ran.code, 143);
    assert.deepEqual(await engine.list(installation, options), []);
  });
}
