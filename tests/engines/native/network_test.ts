/** Native boxes with an open network: a way out of their own, by each helper that is here. */
import assert from "node:assert/strict";
import { makeWorld, only } from "./fixture.ts";

const ignore = Deno.build.os !== "linux";

/** An address of this machine that is not 127.0.0.1: traffic to it never leaves the machine. */
function ownAddress(): string {
  const found = Deno.networkInterfaces()
    .find(({ family, address }) => family === "IPv4" && !address.startsWith("127."));
  return found?.address ?? assert.fail("no interface but the loopback one");
}

const CONNECT = "use Socket; socket my $s, AF_INET, SOCK_STREAM, 0;" +
  "connect $s, sockaddr_in($ARGV[1], inet_aton($ARGV[0])) or die $!; print <$s>";

for (const walls of ["bwrap", "unshare"] as const) {
  for (const helper of ["slirp4netns", "pasta"]) {
    const name = (behaviour: string) => `native network (${walls}, ${helper}): ${behaviour}`;

    Deno.test({ name: name("leads to other machines"), ignore }, async () => {
      await using world = await makeWorld({ walls, findHelpers: only(helper) });
      const hostname = ownAddress();
      using listener = Deno.listen({ hostname, port: 0 });
      const accepting = (async () => {
        const connection = await listener.accept();
        await connection.write(new TextEncoder().encode("from outside"));
        connection.close();
      })();
      // Its own failure would hide why nobody came.
      accepting.catch(() => {});
      const attempt = ["timeout", "10", "perl", "-e", CONNECT, hostname];
      const outcome = await world.run([...attempt, String(listener.addr.port)], {
        network: "open",
      });
      assert.equal(outcome.out, "from outside", JSON.stringify(outcome));
      await accepting;
    });

    Deno.test({ name: name("is not the host's own"), ignore }, async () => {
      await using world = await makeWorld({ walls, findHelpers: only(helper) });
      const { out } = await world.run(["readlink", "/proc/self/ns/net"], { network: "open" });
      assert.match(out, /^net:/);
      assert.notEqual(out.trim(), await Deno.readLink("/proc/self/ns/net"));
    });

    Deno.test({ name: name("asks the host's resolver through the helper"), ignore }, async () => {
      await using world = await makeWorld({ walls, findHelpers: only(helper) });
      const { out } = await world.run(["cat", "/etc/resolv.conf"], { network: "open" });
      assert.match(out, /^nameserver 10\.0\.2\.3$/m);
    });
  }

  Deno.test({ name: `native network (${walls}): the next helper is tried`, ignore }, async () => {
    await using world = await makeWorld({
      walls,
      findHelpers: (found) => [{ name: "slirp4netns", path: "/bin/false" }, ...found.slice(-1)],
    });
    const { code, record } = await world.run(["true"], { network: "open" });
    assert.equal(code, 0);
    assert.match(record, /^ready lo,\w+$/m);
  });

  Deno.test(
    { name: `native network (${walls}): no helper that works is explained`, ignore },
    async () => {
      await using world = await makeWorld({
        walls,
        findHelpers: () => [{ name: "slirp4netns", path: "/bin/false" }],
      });
      const { plan, life, record } = await world.plan(["true"], { network: "open" });
      const signal = new AbortController().signal;
      const stdio = { stdin: "null", stdout: "null", stderr: "null" } as const;
      const client = await world.engine.run(plan, stdio, { signal });
      const exit = await client.exited;
      assert.equal(exit.code, 125);
      assert.equal(record(), "");
      const error = await world.engine.explain(plan, exit, { signal });
      assert.match(error.message, /^Cannot give the box a network: /);
      life.close();
    },
  );
}

/** Answers every question for an address with 203.0.113.9, at 127.0.0.53. */
const RESOLVER = `use Socket;
socket my $s, AF_INET, SOCK_DGRAM, 0; bind $s, sockaddr_in(53, inet_aton("127.0.0.53")) or die $!;
while (my $from = recv $s, my $question, 512, 0) {
  my ($name) = substr($question, 12) =~ /^(.*?\\0....)/s;
  my $found = unpack("n", substr $name, -4) == 1 ? pack "n n n N n C4", 0xc00c, 1, 1, 60, 4, 203, 0, 113, 9 : "";
  send $s, pack("n6", unpack("n", $question), 0x8180, 1, $found ? 1 : 0, 0, 0) . $name . $found, 0, $from;
}`;

/** A network namespace with a resolver on its loopback interface, as systemd-resolved is. */
const WITH_RESOLVER = `
printf 'nameserver 127.0.0.53\\n' > "$1/resolv.conf" && mount --bind "$1/resolv.conf" /etc/resolv.conf &&
ip link set lo up && ip link add d0 type veth peer name d1 && ip address add 198.51.100.2/24 dev d0 &&
ip link set d1 up && ip link set d0 up && ip route add default via 198.51.100.1 || exit 1
perl -e "$2" & resolver=$!
trap 'kill $resolver' EXIT; shift 2
timeout 20 "$@"
`;

for (const walls of ["bwrap", "unshare"] as const) {
  Deno.test({
    name: `native network (${walls}): a resolver on the host's loopback answers`,
    // Needs a machine of its own to change, in namespaces; the other tests run for every user.
    ignore: ignore || Deno.uid() !== 0,
  }, async () => {
    const folder = await Deno.makeTempDir();
    const drive = new URL("drive.ts", import.meta.url).pathname;
    const { stdout, stderr } = await new Deno.Command("unshare", {
      args: [
        ...["--mount", "--net", "sh", "-c", WITH_RESOLVER, "sh", folder, RESOLVER],
        ...[Deno.execPath(), "run", "-A", "--no-check", drive, walls, "open", "no", folder],
        ...["getent", "hosts", "some.example"],
      ],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    assert.match(decoder.decode(stdout), /^203\.0\.113\.9\s+some\.example/, decoder.decode(stderr));
    await Deno.remove(folder, { recursive: true });
  });
}
