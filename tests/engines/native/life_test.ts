/** How native boxes begin and end: whoever dies, nothing of a box is left, and nothing hangs. */
import assert from "node:assert/strict";
import { initOf, processOf } from "../../../engines/native/boxes.ts";
import { makeWorld, only, SIGNAL } from "./fixture.ts";
import { familyOf, sleepers, survivors, until } from "./processes.ts";

const ignore = Deno.build.os !== "linux";
const NULLS = { stdin: "null", stdout: "null", stderr: "null" } as const;
const DRIVE = new URL("drive.ts", import.meta.url).pathname;

let number = 0;

/** A duration that no other process on the machine sleeps for: finds this one again. */
function uniqueNap(): string {
  return `2${Deno.pid}.${++number}${crypto.getRandomValues(new Uint16Array(1))[0]}`;
}

for (const walls of ["bwrap", "unshare"] as const) {
  const name = (behaviour: string) => `native run (${walls}): ${behaviour}`;

  Deno.test({ name: name("exit codes come through"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    for (const code of [0, 1, 42, 126, 255]) {
      assert.equal((await world.run(["sh", "-c", `exit ${code}`])).code, code);
    }
    const { record } = await world.run(["sh", "-c", "kill -SEGV $$"]);
    assert.match(record, /^exit 139$/m);
  });

  Deno.test({ name: name("the three streams are the program's"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    const { plan, life } = await world.plan(["sh", "-c", "cat; echo err >&2"]);
    const client = await world.engine.run(
      plan,
      { stdin: "piped", stdout: "piped", stderr: "piped" },
      { signal: SIGNAL },
    );
    const size = 1 << 20;
    const written = new Blob([new Uint8Array(size)]).stream().pipeTo(client.stdin ?? assert.fail());
    const [out, err] = await Promise.all([
      new Response(client.stdout).bytes(),
      new Response(client.stderr).text(),
    ]);
    await written;
    assert.equal(out.length, size);
    assert.equal(err, "err\n");
    assert.deepEqual(await client.exited, { code: 0, signal: undefined });
    life.close();
  });

  Deno.test({ name: name("the box is who and where the plan says"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    const { out } = await world.run(["sh", "-c", "id -u; id -g; hostname; pwd"], {
      user: { uid: 4321, gid: 1234 },
      hostname: "somebox",
    });
    assert.equal(out, "4321\n1234\nsomebox\n/project\n");
  });

  Deno.test({ name: name("a file made in the box is the user's outside"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    await world.run(["touch", "made"], { user: { uid: 4321, gid: 1234 } });
    const { uid, gid } = await Deno.stat(`${world.folder}/project/made`);
    assert.deepEqual([uid, gid], [Deno.uid(), Deno.gid()]);
  });

  Deno.test(
    { name: name("a background child neither hangs nor outlives it"), ignore },
    async () => {
      await using world = await makeWorld({ walls });
      const nap = uniqueNap();
      const started = performance.now();
      const { code } = await world.run(["sh", "-c", `setsid sleep ${nap} & sleep ${nap} & exit 7`]);
      assert.equal(code, 7);
      assert.ok(performance.now() - started < 2000);
      assert.deepEqual(await survivors(sleepers(nap), 2000), []);
    },
  );

  for (const network of ["none", "open"] as const) {
    Deno.test({ name: name(`kill of the client ends the box, ${network}`), ignore }, async () => {
      await using world = await makeWorld({ walls });
      const nap = uniqueNap();
      const { plan, life } = await world.plan(["sh", "-c", `sleep ${nap} & sleep ${nap}; :`], {
        network,
      });
      const client = await world.engine.run(plan, NULLS, { signal: SIGNAL });
      assert.ok(await until(() => sleepers(nap).length >= 2, 5000));
      const family = familyOf(client.pid);
      assert.ok(family.length >= (network === "open" ? 6 : 5), `${family.length} processes`);
      client.kill();
      assert.equal((await client.exited).signal, "SIGKILL");
      assert.deepEqual(await survivors(family, 2000), []);
      assert.deepEqual(leftIn(world.state), []);
      life.close();
    });

    Deno.test({ name: name(`kill -9 of ours ends the box, ${network}`), ignore }, async () => {
      const folder = await Deno.makeTempDir();
      const nap = uniqueNap();
      const ours = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", DRIVE, walls, network, "", folder, "sleep", nap],
        // What it cannot clear away any more is then below our own folder.
        env: { TMPDIR: folder },
        ...NULLS,
      }).spawn();
      assert.ok(await until(() => sleepers(nap).length >= 1, 10_000));
      const family = familyOf(ours.pid);
      assert.ok(family.length >= (network === "open" ? 5 : 4), `${family.length} processes`);
      ours.kill("SIGKILL");
      await ours.status;
      assert.deepEqual(await survivors(family, 2000), []);
      await Deno.remove(folder, { recursive: true });
    });
  }

  for (const helper of ["slirp4netns", "pasta"]) {
    Deno.test({ name: name(`kill -9 of ${helper} leaves nothing`), ignore }, async () => {
      await using world = await makeWorld({ walls, findHelpers: only(helper) });
      const nap = uniqueNap();
      const { plan, life } = await world.plan(["sleep", nap], { network: "open" });
      const client = await world.engine.run(plan, NULLS, { signal: SIGNAL });
      assert.ok(await until(() => sleepers(nap).length >= 1, 5000));
      const family = familyOf(client.pid);
      const helpers = family.filter(({ pid }) => {
        const command = Deno.readTextFileSync(`/proc/${pid}/comm`);
        return command.startsWith(helper.slice(0, 3));
      });
      assert.ok(helpers.length > 0);
      for (const { pid } of helpers) Deno.kill(pid, "SIGKILL");
      await world.engine.stop(plan.name, { signal: SIGNAL });
      await client.exited;
      assert.deepEqual(await survivors(family, 2000), []);
      assert.deepEqual(leftIn(world.state), []);
      life.close();
    });
  }

  Deno.test({ name: name("the end of the life pipe ends the program"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    const nap = uniqueNap();
    const { plan, life } = await world.plan(["sleep", nap]);
    const client = await world.engine.run(plan, NULLS, { signal: SIGNAL });
    assert.ok(await until(() => sleepers(nap).length >= 1, 5000));
    life.close();
    await client.exited;
    assert.deepEqual(await survivors(sleepers(nap), 2000), []);
  });

  Deno.test({ name: name("descriptors that we were born with stay outside"), ignore }, async () => {
    const folder = await Deno.makeTempDir();
    const drive = `"${Deno.execPath()}" run -A --no-check ${DRIVE} ${walls} none "" ${folder}`;
    const look = (command: string) => ["-c", `exec 7</etc; ${command}`];
    const control = await new Deno.Command("sh", { args: look("ls /proc/self/fd/7/"), ...NULLS })
      .output().catch(() => undefined);
    assert.ok(control?.success);
    const { stdout } = await new Deno.Command("sh", {
      args: look(`${drive} ls /proc/self/fd`),
      stdin: "null",
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "0\n1\n2\n3\n");
    await Deno.remove(folder, { recursive: true });
  });

  Deno.test(
    { name: `native box (${walls}): is listed, proven offline and stopped`, ignore },
    async () => {
      await using world = await makeWorld({ walls });
      const nap = uniqueNap();
      const { plan, life, record } = await world.plan(["sleep", nap]);
      const client = await world.engine.run(plan, NULLS, { signal: SIGNAL });
      await world.engine.proveOffline(plan.name, { signal: SIGNAL });
      const [info, ...others] = await world.engine.list("test", { signal: SIGNAL });
      assert.deepEqual(others, []);
      assert.equal(info?.name, plan.name);
      assert.equal(info?.project, "/project");
      assert.deepEqual(await world.engine.list("another", { signal: SIGNAL }), []);
      // The runner waits by then: what it does with a signal is its own test's business.
      assert.ok(await until(() => sleepers(nap).length === 1 && isIdle(client.pid), 5000));
      await world.engine.stop(plan.name, { signal: SIGNAL });
      await client.exited;
      assert.match(record(), /^exit 143$/m);
      assert.deepEqual(await world.engine.list("test", { signal: SIGNAL }), []);
      await world.engine.stop(plan.name, { signal: SIGNAL });
      life.close();
    },
  );

  Deno.test(
    { name: `native box (${walls}): an open network is not proven offline`, ignore },
    async () => {
      await using world = await makeWorld({ walls });
      const { plan, life, record } = await world.plan(["sleep", "100"], { network: "open" });
      const client = await world.engine.run(plan, NULLS, { signal: SIGNAL });
      assert.ok(await until(() => record().includes("started"), 5000));
      await assert.rejects(world.engine.proveOffline(plan.name, { signal: SIGNAL }), {
        code: "denied",
      });
      client.kill();
      await client.exited;
      life.close();
    },
  );

  Deno.test(
    { name: `native box (${walls}): one that ignores TERM is killed`, ignore },
    async () => {
      await using world = await makeWorld({ walls });
      const nap = uniqueNap();
      const { plan, life } = await world.plan([
        "sh",
        "-c",
        `trap '' TERM; sleep ${nap}; sleep ${nap}`,
      ]);
      const client = await world.engine.run(plan, NULLS, { signal: SIGNAL });
      assert.ok(await until(() => sleepers(nap).length >= 1, 5000));
      const family = familyOf(client.pid);
      const client1 = processOf(Deno.readTextFileSync(`/proc/${client.pid}/stat`));
      assert.ok(client1 !== undefined && initOf(client1) !== undefined);
      await world.engine.remove(plan.name, { signal: SIGNAL });
      await client.exited;
      assert.deepEqual(await survivors(family, 2000), []);
      life.close();
    },
  );
}

/** True when the box's first process sleeps. */
function isIdle(client: number): boolean {
  const carrier = processOf(Deno.readTextFileSync(`/proc/${client}/stat`));
  const init = carrier && initOf(carrier);
  return init !== undefined && /\) S /.test(Deno.readTextFileSync(`/proc/${init}/stat`));
}

/** Boxes that the engine still has files of. */
function leftIn(state: string): string[] {
  return [...Deno.readDirSync(`${state}/boxes`)].map(({ name }) => name);
}
