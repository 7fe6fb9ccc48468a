/** What docker really printed, and what it never should. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  foreignInterfaces,
  parseBoxes,
  parseImages,
  parsePid,
} from "../../engines/container_parse.ts";

const fixture = (name: string) =>
  Deno.readTextFileSync(new URL(`../fixtures/docker-20.10/${name}`, import.meta.url));

Deno.test("container parse: boxes that docker 20.10 inspected", () => {
  const [running, created, byHand] = parseBoxes("docker", fixture("boxes.json"));
  assert.deepEqual(running, {
    name: "construct-0123456789ab-shop-1",
    engine: "docker",
    state: "running",
    agent: "claude",
    project: "/home/anna/shop",
    network: "offline",
    createdAt: "2026-11-20T23:20:24.798Z",
    owner: { pid: 4242, start: "98765" },
  });
  assert.equal(created?.state, "created");
  assert.equal(byHand?.state, "stopped");
  assert.deepEqual(byHand?.owner, { pid: 0, start: "" });
});

Deno.test("container parse: images that docker 20.10 inspected, one without labels", () => {
  const [ours, base] = parseImages("docker", fixture("images.json"));
  assert.equal(ours?.reference, "construct-box-test:916de746018b");
  assert.equal(ours?.sizeBytes, 578_947_218);
  assert.match(ours?.template ?? "", /^916de746018b/);
  assert.equal(base?.template, "");
  assert.match(ours?.id ?? "", /^sha256:/);
  assert.match(ours?.createdAt ?? "", /^2026-11-20T/);
});

Deno.test("container parse: an image whose name was taken is known by its id", () => {
  const [first] = JSON.parse(fixture("images.json"));
  for (const RepoTags of [null, []]) {
    const [image] = parseImages("docker", JSON.stringify([{ ...first, RepoTags }]));
    assert.equal(image?.reference, first.Id);
  }
});

Deno.test("container parse: the process of a box; none for one that does not run", () => {
  const boxes = fixture("boxes.json");
  assert.ok(parsePid(boxes) > 1);
  assert.equal(parsePid(JSON.stringify(JSON.parse(boxes).slice(2))), 0);
  assert.equal(parsePid("[]"), 0);
});

Deno.test("container parse: nothing is nothing", () => {
  assert.deepEqual(parseBoxes("docker", "[]"), []);
  assert.deepEqual(parseImages("docker", "[]"), []);
});

Deno.test("container parse: other output is refused, never half understood", () => {
  const unreadable = { code: "unavailable", message: /Cannot read what the engine says/ };
  const texts = ["", "Error: x", "{}", "null", "[", "[null]", "[{}]", '[{"Name":1}]', "[[]]"];
  const [box] = JSON.parse(fixture("boxes.json"));
  const [image] = JSON.parse(fixture("images.json"));
  for (const text of [...texts, JSON.stringify([{ ...box, Created: "yesterday" }])]) {
    assert.throws(() => parseBoxes("docker", text), unreadable, text);
  }
  for (const text of [...texts, JSON.stringify([{ ...image, Config: null }])]) {
    assert.throws(() => parseImages("docker", text), unreadable, text);
  }
  for (const text of ["", "{}", "[null]", "[{}]"]) assert.throws(() => parsePid(text), unreadable);
});

Deno.test("container parse: any JSON is understood or refused", () => {
  fc.assert(fc.property(fc.json(), (json) => {
    for (const parse of [parseBoxes, parseImages]) {
      try {
        parse("docker", json);
      } catch (error) {
        assert.equal(error instanceof Error && error.name, "AppError", String(error));
      }
    }
  }));
});

Deno.test("container parse: interfaces of a box with and without a network", () => {
  assert.deepEqual(foreignInterfaces(fixture("net_none.txt")), []);
  assert.deepEqual(foreignInterfaces(fixture("net_bridge.txt")), ["eth0"]);
});

Deno.test("container parse: interfaces with odd names are seen, too", () => {
  const header = fixture("net_none.txt").split("\n").slice(0, 3).join("\n");
  const lines = ["  lo0: 1 2", "wlan0:1 2", " veth@if3: 0", "eth0:1: 5", " \ttun0: 9"];
  assert.deepEqual(
    foreignInterfaces([header, ...lines, ""].join("\n")),
    ["lo0", "wlan0", "veth@if3", "eth0", "tun0"],
  );
});

Deno.test("container parse: a text without a loopback proves nothing", () => {
  for (const text of ["", "\n\n\n", "one line", "a\nb\n"]) {
    assert.notDeepEqual(foreignInterfaces(text), [], JSON.stringify(text));
  }
});
