/**
 * What a program in a native box tries to reach and must not. Each attempt is made outside first,
 * as the same user, so that a refusal inside means something.
 */
import assert from "node:assert/strict";
import { ETC } from "../../../engines/native/layout.ts";
import { archOf, CALLS } from "../../../engines/native/syscalls.ts";
import { encode, RETURN } from "../../../engines/native/seccomp.ts";
import { makeWorld } from "./fixture.ts";

const ignore = Deno.build.os !== "linux";
const IS_ROOT = !ignore && Deno.uid() === 0;
const EPERM = 1;
const ENOSYS = 38;

interface Said {
  code: number;
  out: string;
  err: string;
}

/** The same program outside. */
async function outside(program: readonly string[]): Promise<Said> {
  const [command = "", ...args] = program;
  const { code, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" })
    .output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

function sh(script: string): string[] {
  return ["sh", "-c", script];
}

/** Perl that makes one call and prints the result, or `-` and the number of the error. */
function call(name: keyof typeof CALLS | number, ...args: number[]): string[] {
  const number = typeof name === "number" ? name : CALLS[name][archOf(Deno.build.arch).column];
  const list = [number, ...args].join(", ");
  return ["perl", "-e", `my $r = syscall ${list}; print $r < 0 ? "-" . ($! + 0) : "ok"`];
}

for (const walls of ["bwrap", "unshare"] as const) {
  const name = (behaviour: string) => `native box (${walls}): ${behaviour}`;

  Deno.test({ name: name("kernel settings cannot be written"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    const files = ["/proc/sys/kernel/core_pattern", "/proc/sys/vm/drop_caches"];
    for (const file of files) {
      // Root may open it for writing outside; that nothing is written is on purpose.
      const control = await outside(sh(`: >> ${file}`));
      if (IS_ROOT) assert.equal(control.code, 0, control.err);
      const before = Deno.readTextFileSync("/proc/sys/kernel/core_pattern");
      const { code, err } = await world.run(sh(`echo '|/tmp/evil' > ${file}`));
      assert.notEqual(code, 0);
      assert.match(err, /Read-only file system|Permission denied/);
      assert.equal(Deno.readTextFileSync("/proc/sys/kernel/core_pattern"), before);
    }
  });

  Deno.test({ name: name("sees no more of /etc than the list"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    assert.equal((await outside(sh("test -e /etc/shadow"))).code, 0);
    const own = ["hosts", "nsswitch.conf", "passwd", "group"].map((file) => `/etc/${file}`);
    const allowed = [...ETC, ...own];
    const { out, code } = await world.run(sh("ls -A /etc && ls -A /etc/ssl && cat /etc/passwd"));
    assert.equal(code, 0);
    assert.doesNotMatch(out, /shadow|^ssh|private/m);
    const { out: names } = await world.run(["ls", "-A", "/etc"]);
    for (const each of names.trim().split("\n")) {
      const path = `/etc/${each}`;
      assert.ok(allowed.some((entry) => entry === path || entry.startsWith(`${path}/`)), path);
    }
  });

  Deno.test({ name: name("sees none of the host's other folders"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    for (const folder of ["/root", "/home", "/sys", "/boot", "/srv", "/var/lib", world.folder]) {
      const { code } = await world.run(["test", "-e", folder]);
      assert.equal(code, 1, folder);
    }
    assert.equal((await outside(["test", "-d", "/sys/kernel"])).code, 0);
  });

  Deno.test({ name: name("the system is read-only"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    const { out } = await world.run(
      sh(
        "for d in / /usr /usr/bin /etc /opt/construct/lib /run/construct; do " +
          "touch $d/x 2>/dev/null && echo $d; done; touch /tmp/x /project/x && echo fine",
      ),
    );
    assert.equal(out, "fine\n");
    assert.equal(await Deno.readTextFile(`${world.folder}/project/x`), "");
  });

  Deno.test({ name: name("a nested user namespace is refused"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    assert.equal((await outside(["unshare", "--user", "true"])).code, 0);
    assert.notEqual((await world.run(["unshare", "--user", "true"])).code, 0);
    assert.equal((await world.run(call("unshare", 0x10000000))).out, `-${EPERM}`);
    // clone3 must look absent, so that a libc falls back to the call that the filter can read.
    assert.equal((await world.run(call("clone3", 0, 0))).out, `-${ENOSYS}`);
    assert.notEqual((await outside(call("clone3", 0, 0))).out, `-${ENOSYS}`);
    const clone = call("clone", 0x10000000 + 17, 0, 0, 0, 0);
    assert.equal((await world.run(clone)).out, `-${EPERM}`);
  });

  Deno.test({ name: name("holds without the filter too"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    await world.run(["true"]);
    const [file] = [...Deno.readDirSync(world.state)].filter(({ name }) =>
      name.endsWith("-filter")
    );
    const open = encode([{ code: 0x06, yes: 0, no: 0, k: RETURN.allow }]);
    await Deno.writeFile(`${world.state}/${file?.name}`, open);
    const limit = "/proc/sys/user/max_user_namespaces";
    const { out } = await world.run(
      sh(`unshare -U true && echo user; unshare -m true && echo mount; echo 9 > ${limit} && echo set
          mount -t tmpfs x /tmp && echo tmp; mount -o remount,bind,rw /proc/sys && echo sys
          umount /proc/sys && echo umount; chroot / true && echo chroot; echo end`),
    );
    assert.equal(out, "end\n");
    assert.equal((await world.run(call("clone3", 0, 0))).out, "-22", "the filter is off");
    assert.notEqual(Deno.readTextFileSync(limit).trim(), "0");
  });

  Deno.test({ name: name("has no capabilities and can gain none"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    const { out } = await world.run(["cat", "/proc/self/status"]);
    for (const set of ["Inh", "Prm", "Eff", "Bnd", "Amb"]) {
      assert.match(out, new RegExp(`^Cap${set}:\\s+0+$`, "m"));
    }
    assert.match(out, /^NoNewPrivs:\s+1$/m);
    assert.match(out, /^Seccomp:\s+2$/m);
  });

  Deno.test({ name: name("mounts are refused"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    for (
      const attempt of ["mount -t tmpfs x /tmp", "umount /proc/sys", "mount -o remount,rw /usr"]
    ) {
      assert.notEqual((await world.run(sh(attempt))).code, 0, attempt);
    }
    assert.equal((await world.run(call(430, /* fsopen */ 0, 0))).out, `-${EPERM}`);
    assert.equal((await world.run(call("mount_setattr", 0, 0))).out, `-${EPERM}`);
  });

  Deno.test({ name: name("the kernel's keyring is refused"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    const keyctl = Deno.build.arch === "x86_64" ? 250 : 219;
    const attempt = call(keyctl, 0, -4, 1);
    assert.equal((await outside(attempt)).out, "ok");
    assert.equal((await world.run(attempt)).out, `-${EPERM}`);
  });

  Deno.test({ name: name("sockets to the hypervisor are refused"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    assert.equal((await world.run(call("socket", 40, 1, 0))).out, "-97");
    assert.equal((await world.run(call("socket", 2, 1, 0))).out, "ok");
  });

  for (const network of ["none", "open"] as const) {
    Deno.test(
      { name: name(`abstract sockets of the host are absent, ${network}`), ignore },
      async () => {
        await using world = await makeWorld({ walls });
        const socket = `construct-test-${crypto.randomUUID()}`;
        const address = `use Socket; socket my $s, AF_UNIX, SOCK_STREAM, 0;` +
          `my $a = sockaddr_un("\\0${socket}");`;
        const listener = new Deno.Command("perl", {
          args: ["-e", `${address} bind $s, $a; listen $s, 1; print "x"; $|=1; print "x"; <STDIN>`],
          stdin: "piped",
          stdout: "piped",
        }).spawn();
        const reader = listener.stdout.getReader();
        await reader.read();
        const attempt = ["perl", "-e", `${address} print connect($s, $a) ? "in" : "out"`];
        assert.equal((await outside(attempt)).out, "in");
        assert.equal((await world.run(attempt, { network })).out, "out");
        await listener.stdin.close();
        await reader.cancel();
        await listener.status;
      },
    );

    Deno.test(
      { name: name(`ports of the host's 127.0.0.1 are absent, ${network}`), ignore },
      async () => {
        await using world = await makeWorld({ walls });
        using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        const { port } = listener.addr;
        const accepting = (async () => {
          for await (const connection of listener) connection.close();
        })();
        const attempt = (host: string) => [
          "timeout",
          "3",
          "perl",
          "-e",
          "use Socket; socket my $s, AF_INET, SOCK_STREAM, 0;" +
          `print connect($s, sockaddr_in(${port}, inet_aton("${host}"))) ? "in" : "out"`,
        ];
        assert.equal((await outside(attempt("127.0.0.1"))).out, "in");
        for (const host of ["127.0.0.1", "10.0.2.2", "10.0.2.3", "127.0.0.53"]) {
          assert.notEqual((await world.run(attempt(host), { network })).out, "in", host);
        }
        listener.close();
        await accepting;
      },
    );
  }

  Deno.test({ name: name("processes of the host are not to be seen"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    const word = "31.41592";
    const sleeper = new Deno.Command("sleep", { args: [word] }).spawn();
    const attempt = sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    assert.match((await outside(attempt)).out, new RegExp(`sleep ${word}`));
    const { out } = await world.run(attempt);
    assert.doesNotMatch(out, new RegExp(word));
    assert.match(out, /runner\.pl/);
    assert.notEqual((await world.run(["kill", "-0", String(sleeper.pid)])).code, 0);
    sleeper.kill("SIGKILL");
    await sleeper.status;
  });

  Deno.test({ name: name("secrets of the machine in /proc are hidden"), ignore }, async () => {
    await using world = await makeWorld({ walls });
    for (const file of ["kcore", "kmsg", "keys", "kpagecount", "timer_list", "slabinfo", "mtrr"]) {
      const { out } = await world.run(sh(`head -c 1 /proc/${file} 2>/dev/null | wc -c`));
      assert.equal(out.trim(), "0", file);
    }
    assert.equal((await outside(sh("head -c 1 /proc/self/stat | wc -c"))).out.trim(), "1");
  });

  Deno.test({ name: name("the environment is the runner's alone"), ignore }, async () => {
    await using world = await makeWorld({ walls }, { ONLY: "this" });
    const { out } = await world.run(["env"]);
    assert.deepEqual(
      out.trim().split("\n").filter((line) => !/^(PWD|_|SHLVL)=/.test(line)).sort(),
      ["HOME=/tmp", "ONLY=this", "PATH=/usr/bin:/bin:/usr/sbin:/sbin"],
    );
    const { out: first } = await world.run(sh("tr '\\0' '\\n' < /proc/1/environ"));
    assert.doesNotMatch(first, /ONLY|DENO|HOME/);
  });
}
