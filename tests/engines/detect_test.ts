/** Engines as detection sees them, with stand-ins for their clients. */
import assert from "node:assert/strict";
import type { EngineFacts, EngineName } from "../../core/model/engine.ts";
import { detectEngines } from "../../engines/detect.ts";
import { makePrograms } from "../fakes/programs.ts";

const fixture = (name: string) =>
  Deno.readTextFileSync(new URL(`../fixtures/docker-20.10/${name}`, import.meta.url));

/** A docker that says `info` to one question and `endpoint` to the other. */
function docker(info: string, endpoint = "unix:///run/docker.sock"): string {
  return `case "$1" in info) ${info} ;; context) echo '${endpoint}' ;; esac`;
}

const print = (text: string) => `echo '${text.trim()}'`;

/** What docker says of itself when it runs on this kernel. */
function info(change: Record<string, unknown> = {}): string {
  const recorded = JSON.parse(fixture("info.json"));
  return print(JSON.stringify({ ...recorded, kernel: Deno.osRelease(), ...change }));
}

/** What is found with these programs, and no other, on PATH. */
async function detect(
  scripts: Record<string, string>,
  env: Record<string, string | undefined> = {},
): Promise<(name: EngineName) => EngineFacts> {
  await using _ = await makePrograms(scripts, { DOCKER_HOST: undefined, ...env });
  const found = await detectEngines({ signal: new AbortController().signal });
  return (name) => {
    const facts = found.find((each) => each.name === name);
    assert.ok(facts, `${name} is in the list`);
    return facts;
  };
}

Deno.test("engines detect: nothing is installed", async () => {
  const find = await detect({});
  for (const name of ["container", "podman", "docker"] as const) {
    const { installed, answers, detail } = find(name);
    assert.deepEqual([installed, answers, detail], [false, false, "not installed"]);
  }
});

Deno.test("engines detect: a docker that answers", async () => {
  const facts = (await detect({ docker: docker(info()) }))("docker");
  assert.deepEqual([facts.installed, facts.answers, facts.rootless], [true, true, false]);
  assert.equal(facts.version, "20.10.24+dfsg1");
  assert.equal(facts.endpoint, "unix:///run/docker.sock");
  assert.equal(facts.detail, undefined);
});

Deno.test("engines detect: a docker that is not running says so in its own words", async () => {
  const info = `${print(fixture("info_away.json"))}; ${
    print(fixture("info_away.txt"))
  } >&2; exit 1`;
  const { installed, answers, version, detail } = (await detect({ docker: docker(info) }))(
    "docker",
  );
  assert.deepEqual([installed, answers, version], [true, false, undefined]);
  assert.match(detail ?? "", /^Cannot connect to the Docker daemon/);
});

Deno.test("engines detect: a docker that talks nonsense does not answer", async () => {
  for (const said of ["", "garbage", "null", "[]", '{"server":7,"security":"x"}', '{"server":']) {
    const { installed, answers } = (await detect({ docker: docker(`echo '${said}'`) }))("docker");
    assert.deepEqual([installed, answers], [true, false], said);
  }
});

Deno.test("engines detect: a rootless docker is known", async () => {
  const security = ["name=seccomp,profile=default", "name=rootless"];
  assert.equal((await detect({ docker: docker(info({ security })) }))("docker").rootless, true);
});

Deno.test("engines detect: an engine on another machine does not do", async () => {
  for (const endpoint of ["tcp://10.0.0.1:2376", "ssh://build", "https://h"]) {
    const asked = await detect({ docker: docker(info()) }, { DOCKER_HOST: endpoint });
    const context = await detect({ docker: docker(info(), endpoint) });
    // Docker itself takes an empty DOCKER_HOST for none.
    const empty = await detect({ docker: docker(info(), endpoint) }, { DOCKER_HOST: "" });
    for (const find of [asked, context, empty]) {
      const facts = find("docker");
      assert.equal(facts.answers, false, endpoint);
      assert.match(facts.detail ?? "", /another machine/);
      assert.equal(facts.endpoint, endpoint);
    }
  }
});

Deno.test("engines detect: those that are not driven yet are named with their version", async () => {
  const find = await detect({
    podman: "echo 5.4.0",
    container: "echo 'container CLI version 0.4.1 (build: release)'",
  });
  for (const [name, version] of [["podman", "5.4.0"], ["container", "0.4.1"]] as const) {
    const facts = find(name);
    assert.deepEqual([facts.installed, facts.answers, facts.version], [true, false, version]);
  }
});

Deno.test("engines detect: one that hangs holds nobody for more than its limit", async () => {
  // It answers nothing, and one of its own children keeps its output open.
  const hang = "exec /bin/sleep 30";
  const child = "/bin/sleep 9 & wait";
  for (const script of [hang, child]) {
    const startedAt = performance.now();
    const find = await detect({ docker: docker(script), podman: "echo 5.4.0" });
    assert.ok(performance.now() - startedAt < 5000, script);
    assert.equal(find("docker").answers, false);
    assert.match(find("docker").detail ?? "", /did not answer in time/);
    assert.equal(find("podman").version, "5.4.0");
  }
});

Deno.test("engines detect: a cancellation is no answer", async () => {
  await using _ = await makePrograms({});
  const cancelled = AbortSignal.abort(new Error("cancelled by a test"));
  await assert.rejects(detectEngines({ signal: cancelled }), /cancelled by a test/);
});
