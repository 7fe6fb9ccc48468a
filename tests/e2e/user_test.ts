/** Who a program in a box is, and whose its files are: for root and for an ordinary user. */
import assert from "node:assert/strict";
import { assertCode, assertRefused, createProgram, type EngineName, onEngines } from "./program.ts";
import { asUser, createReadable, giveTo } from "./readable.ts";

const UID = 1001;

const isRoot = Deno.uid() === 0;

/** The group that may talk to docker. */
function engineGroup(engine: EngineName): number | undefined {
  return engine === "docker" ? Deno.statSync("/var/run/docker.sock").gid ?? undefined : undefined;
}

/** A program that an ordinary user has and starts. Offline: a user may not have /dev/net/tun. */
async function createUsers(engine: EngineName) {
  const stack = new AsyncDisposableStack();
  const readable = stack.use(await createReadable());
  const ct = stack.use(await createProgram({ engine, self: readable.self }));
  await giveTo(UID, ct.folder);
  const start = { ...asUser(UID, engineGroup(engine)), env: readable.env };
  const offline = ["--ct-network=offline"];
  return {
    ct,
    run: (...program: string[]) => ct.run(program, { ...start, flags: offline }),
    configure: async (toml: string) => {
      await ct.configure(toml);
      await giveTo(UID, ct.home);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

await onEngines((engine, test) => {
  const user = (name: string, body: (it: Awaited<ReturnType<typeof createUsers>>) => unknown) =>
    Deno.test({
      name: `${engine} ${name}`,
      ignore: !isRoot,
      async fn() {
        await using it = await createUsers(engine);
        await body(it);
      },
    });

  for (const owner of [0, 1000, 1001]) {
    const name = `root: a file of uid ${owner} can be changed and keeps its owner`;
    test(name, async (ct) => {
      const file = `${ct.project}/file`;
      await Deno.writeTextFile(file, "one\n", { mode: 0o644 });
      await giveTo(owner, ct.project);
      assertCode(await ct.run(["sh", "-c", "echo two >>file; mkdir -p made; echo x >made/new"]), 0);
      assert.equal(await Deno.readTextFile(file), "one\ntwo\n");
      assert.equal((await Deno.stat(file)).uid, owner);
      // Native maps the owner of the project to root in the box; docker's root is root outside, too.
      const maker = engine === "native" ? owner : 0;
      assert.equal((await Deno.stat(`${ct.project}/made/new`)).uid, maker);
    });
  }

  test("root: is root in the box, by every way to ask", async (ct) => {
    const script = "id -u; getent passwd $(id -u) | cut -d: -f1,6; whoami";
    const ran = await ct.run(["sh", "-c", script]);
    assert.equal(ran.text, "0\nroot:/home/construct\nroot\n");
  });

  user("sudo: is not there unless it is asked for", async ({ run }) => {
    const ran = await run("sh", "-c", "sudo -n id -u || echo no");
    assert.equal(ran.text, "no\n");
  });

  user("user: is the same one in the box, by every way to ask", async ({ run }) => {
    const who = await run("sh", "-c", "id -u; id -g; getent passwd $(id -u); whoami");
    assertCode(who, 0);
    assert.equal(
      who.text,
      `${UID}\n${UID}\nconstruct:x:${UID}:${UID}:construct:/home/construct:/bin/bash\nconstruct\n`,
    );
    const ssh = await run("sh", "-c", "ssh -V 2>&1 && ssh -G example.org | grep -i '^user '");
    assertCode(ssh, 0);
    assert.match(ssh.text, /OpenSSH[\s\S]*\nuser construct\n/);
    const node = await run("node", "-p", "JSON.stringify(require('os').userInfo())");
    assertCode(node, 0);
    const { uid, username, homedir } = JSON.parse(node.text);
    assert.deepEqual([uid, username, homedir], [UID, "construct", "/home/construct"]);
  });

  user("user: files of the project are theirs, and the home is", async ({ ct, run }) => {
    await Deno.writeTextFile(`${ct.project}/file`, "one\n");
    await giveTo(UID, ct.project);
    assertCode(
      await run("sh", "-c", "echo two >>file; echo x >new; touch ~/kept; mkdir ~/.cache"),
      0,
    );
    assertCode(await run("test", "-e", "/home/construct/kept"), 0);
    assert.equal(await Deno.readTextFile(`${ct.project}/file`), "one\ntwo\n");
    for (const name of ["file", "new"]) {
      const { uid, gid } = await Deno.stat(`${ct.project}/${name}`);
      assert.deepEqual([uid, gid], [UID, UID], name);
    }
  });

  user("user: exit codes, streams and signals are as for root", async ({ run }) => {
    assertCode(await run("sh", "-c", "exit 42"), 42);
    assertCode(await run("sh", "-c", "kill -KILL $$"), 137);
    assertCode(await run("no-such-program"), 127);
  });

  user("user: sandbox.sudo gives root in a box of docker's alone", async ({ run, configure }) => {
    await configure("[sandbox]\nsudo = true\n");
    const ran = await run("sudo", "-n", "id", "-u");
    if (engine === "native") return assertRefused(ran, "unavailable", /sudo/);
    assertCode(ran, 0);
    assert.equal(ran.text, "0\n");
    const caps = await run("sh", "-c", "sudo -n grep CapBnd /proc/self/status");
    const bounding = BigInt(`0x${/CapBnd:\s*([0-9a-f]+)/.exec(caps.text)?.[1]}`);
    // capability.h: NET_ADMIN 12, NET_RAW 13, SYS_MODULE 16, SYS_PTRACE 19, SYS_ADMIN 21.
    for (const bit of [12n, 13n, 16n, 19n, 21n]) assert.equal((bounding >> bit) & 1n, 0n, `${bit}`);
  });
});
