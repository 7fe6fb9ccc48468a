/** Exit codes through the whole program: the program's own, and 125 for every failure of ours. */
import assert from "node:assert/strict";
import { assertCode, assertRefused, onEngines } from "./program.ts";

const CODES = [0, 3, 125, 126, 127, 130, 255];

await onEngines((engine, test) => {
  test("run: the program's exit codes are ct's", async (ct) => {
    for (const code of CODES) assertCode(await ct.run(["sh", "-c", `exit ${code}`]), code);
  });

  test("run: a program ended by a signal is 128 and the signal", async (ct) => {
    assertCode(await ct.run(["sh", "-c", "kill -TERM $$"]), 143);
    assertCode(await ct.run(["sh", "-c", "kill -KILL $$"]), 137);
  });

  test("run: 127 for a program that is not there, 126 for one that cannot run", async (ct) => {
    const absent = await ct.run(["no-such-program"]);
    assertCode(absent, 127);
    assert.match(absent.errorText, /no-such-program: command not found/);
    assertCode(await ct.run(["/etc/hosts"]), 126);
  });

  test("run: strict network is unavailable and nothing runs", async (ct) => {
    const ran = await ct.run(["touch", "ran"], { flags: ["--ct-network", "strict"] });
    assertRefused(ran, "unavailable", /strict.*not built yet/);
    assert.deepEqual([...Deno.readDirSync(ct.project)], []);
    assertCode(await ct.run(["touch", "ran"], { flags: ["--ct-network", "offline"] }), 0);
    assert.equal([...Deno.readDirSync(ct.project)].length, 1);
  });

  test("run: a broken config.toml is named by file and line, and nothing runs", async (ct) => {
    const broken = {
      "[network]\nmode = 7\n": /config\.toml:2\b/,
      '[network]\n\nmode = "sometimes"\n': /config\.toml:3\b[\s\S]*permissive/,
      "[network\nmode = ": /config\.toml:1\b/,
    };
    for (const [toml, place] of Object.entries(broken)) {
      await ct.configure(toml);
      assertRefused(await ct.run(["touch", "ran"]), "invalid", place);
    }
    assert.deepEqual([...Deno.readDirSync(ct.project)], []);
    await ct.configure('[network]\nmdoe = "offline"\n');
    const warned = await ct.run(["true"]);
    assertCode(warned, 0);
    assert.match(warned.errorText, /network\.mdoe.*mode/);
  });

  test("run: what would expose the machine is refused, and a flag overrides it", async (ct) => {
    await Deno.mkdir(`${ct.home}/.ssh`);
    await Deno.writeTextFile(`${ct.home}/.ssh/id`, "key");
    const paths = ["/", "/etc", "/etc/ssl", ct.home, `${ct.home}/.ssh`, `${ct.home}/.ssh/id`];
    if (engine === "docker") paths.push("/var/run/docker.sock", "/var/run");
    for (const path of [...paths, `${ct.data}`, "/proc/1"]) {
      const ran = await ct.run(["true"], { flags: ["--ct-mount", `${path}:ro`] });
      assertRefused(ran, "denied", /Cannot mount.*expose/);
      assert.match(ran.errorText, /--ct-unsafe-mounts/);
    }
    const program = ["cat", "/projects/id"];
    const flags = ["--ct-mount", `${ct.home}/.ssh/id`, "--ct-unsafe-mounts"];
    const allowed = await ct.run(program, { flags });
    assertCode(allowed, 0);
    assert.equal(allowed.text, "key");
  });

  test("run: a link does not get around the refusal", async (ct) => {
    await Deno.symlink("/etc", `${ct.project}/innocent`);
    const ran = await ct.run(["true"], { flags: ["--ct-mount", "innocent"] });
    assertRefused(ran, "denied", /Cannot mount "\/etc"/);
  });

  test("run: the home folder is no project", async (ct) => {
    const ran = await ct.run(["true"], { cwd: ct.home });
    assertRefused(ran, "denied", /home folder/);
    assert.match(ran.errorText, /Change to the folder of a project/);
  });

  test("run: a path that is not there cannot be mounted", async (ct) => {
    const ran = await ct.run(["true"], { flags: ["--ct-mount", "nowhere"] });
    assertRefused(ran, "notFound", /nowhere/);
  });

  test("run: wrong words are 125 and usage", async (ct) => {
    const wrong = {
      "--ct-engine=warp": /warp.*docker/,
      "--ct-network=none": /none.*offline/,
      "--ct-nonsense": /--ct-nonsense/,
      "--ct-env=NOT_SET_ANYWHERE": /NOT_SET_ANYWHERE.*not set/,
    };
    for (const [flag, message] of Object.entries(wrong)) {
      assertRefused(await ct.run(["true"], { flags: [flag] }), "usage", message);
    }
    assertRefused(await ct.call(["run"]), "usage", /no command/);
    assertRefused(await ct.call(["claude", "--ct-nonsense"]), "usage", /--ct-nonsense/);
    const other = await ct.call(["box", "remove", "no-such-box", "--yes"]);
    assertCode(other, 3);
  });

  if (engine === "native") return;

  test("run: a daemon that is not there is unavailable", async (ct) => {
    const env = { DOCKER_HOST: "unix:///nonexistent/docker.sock" };
    assertRefused(await ct.run(["true"], { env }), "unavailable", /docker/);
    // Also when another daemon answered a moment ago.
    assertCode(await ct.run(["true"]), 0);
    assertRefused(await ct.run(["true"], { env }), "unavailable", /docker/);
  });

  test("run: an engine that is not built yet is unavailable", async (ct) => {
    assertRefused(await ct.call(["run", "--ct-engine", "podman", "true"]), "unavailable", /podman/);
  });
});
