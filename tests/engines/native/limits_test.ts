/** Limits of native boxes: they hold where control groups can be made, and are named where not. */
import assert from "node:assert/strict";
import { findPlaces, settings } from "../../../engines/native/limits.ts";
import { makeWorld } from "./fixture.ts";

const ignore = Deno.build.os !== "linux";
const NONE = { pids: 0, memoryBytes: 0, cpus: 0 };

Deno.test("native limits: version 1 groups are made below our own", () => {
  const places = findPlaces(
    "4:memory:/ours/deep\n3:cpu,cpuacct:/\n2:pids:/user\n0::/x\n",
    [
      "30 29 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
      "31 29 0:27 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
      "32 29 0:28 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids",
      "33 29 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
    ].join("\n"),
  );
  assert.deepEqual(places.map(({ controller, version, parent }) => [controller, version, parent]), [
    ["memory", 1, "/sys/fs/cgroup/memory/ours/deep"],
    ["cpu", 1, "/sys/fs/cgroup/cpu,cpuacct"],
    ["pids", 1, "/sys/fs/cgroup/pids/user"],
  ]);
});

Deno.test("native limits: version 2 groups are made beside our own", () => {
  const mount = "30 29 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate";
  const parents = (own: string) =>
    new Set(findPlaces(`0::${own}\n`, mount).map(({ parent }) => parent));
  assert.deepEqual([...parents("/app.slice/term.scope")], ["/sys/fs/cgroup/app.slice"]);
  assert.deepEqual([...parents("/")], ["/sys/fs/cgroup"]);
});

Deno.test("native limits: each is written as its version wants it", () => {
  const limits = { pids: 10, memoryBytes: 1024, cpus: 1.5 };
  const place = (controller: "pids" | "memory" | "cpu", version: 1 | 2) => ({
    controller,
    version,
    parent: "",
  });
  assert.deepEqual(settings(place("pids", 2), limits), [["pids.max", "11"]]);
  assert.deepEqual(settings(place("memory", 2), limits), [["memory.max", "1024"]]);
  assert.deepEqual(settings(place("memory", 1), limits), [["memory.limit_in_bytes", "1024"]]);
  assert.deepEqual(settings(place("cpu", 2), limits), [["cpu.max", "150000 100000"]]);
  assert.deepEqual(settings(place("cpu", 1), limits), [
    ["cpu.cfs_period_us", "100000"],
    ["cpu.cfs_quota_us", "150000"],
  ]);
});

for (const walls of ["bwrap", "unshare"] as const) {
  Deno.test({ name: `native limits (${walls}): processes are counted`, ignore }, async () => {
    await using world = await makeWorld({ walls });
    // Perl, because a shell that cannot fork gives up.
    const script = "my $n = 0; for (1..40) { my $p = fork; last unless defined $p; " +
      'if (!$p) { sleep 30; exit } $n++ } print "$n\\n"';
    const { plan, life } = await world.plan(["true"], { limits: { ...NONE, pids: 20 } });
    life.close();
    assert.deepEqual(await world.engine.unmet(plan), []);
    const { out } = await world.run(["perl", "-e", script], { limits: { ...NONE, pids: 20 } });
    // The runner and perl itself are two of the twenty.
    assert.equal(out, "18\n");
    assert.equal((await world.run(["perl", "-e", script])).out, "40\n");
  });

  Deno.test({ name: `native limits (${walls}): memory is held or named`, ignore }, async () => {
    await using world = await makeWorld({ walls });
    const limits = { ...NONE, memoryBytes: 64 * 1024 * 1024 };
    const eat = ["perl", "-e", 'my $x = "x" x (200 << 20); print "ate\\n"'];
    const { plan, life } = await world.plan(eat, { limits });
    life.close();
    const unmet = await world.engine.unmet(plan);
    const { out } = await world.run(eat, { limits });
    if (unmet.length === 0) assert.equal(out, "");
    else {
      assert.deepEqual(unmet, [
        "native: memory limit 64 MiB is not held: its control group is not writable",
      ]);
      assert.equal(out, "ate\n");
    }
    assert.equal((await world.run(eat)).out, "ate\n");
  });

  Deno.test({ name: `native limits (${walls}): no group is left`, ignore }, async () => {
    await using world = await makeWorld({ walls });
    const { plan, life } = await world.plan(["true"], {
      limits: { pids: 50, memoryBytes: 1 << 28, cpus: 1 },
    });
    await world.engine.unmet(plan);
    const client = await world.engine.run(
      plan,
      { stdin: "null", stdout: "null", stderr: "null" },
      { signal: new AbortController().signal },
    );
    assert.equal((await client.exited).code, 0);
    life.close();
    const { stdout } = await new Deno.Command("find", {
      args: ["/sys/fs/cgroup", "-name", `${plan.name}*`],
    }).output();
    assert.equal(new TextDecoder().decode(stdout), "");
  });
}
