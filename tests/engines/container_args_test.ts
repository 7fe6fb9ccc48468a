/**
 * From plans to the argv of docker: whatever a plan holds, no value becomes a flag, no value is cut
 * in two, and the program's words arrive as they are.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BoxMount, BoxPlan } from "../../core/model/box.ts";
import {
  buildArgs,
  inspectArgs,
  listArgs,
  listImagesArgs,
  runArgs,
} from "../../engines/container_args.ts";
import { PLAN } from "../fakes/launch.ts";

/** What people and attackers put into names. Control characters are refused before (plan.ts). */
const WORD = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom("-", ",", '"', "=", " ", ":", "'", "\\", "$", "a", "é") }),
  fc.constantFrom("", "-", "--", "--privileged", "--volume=/:/host", 'a"', '"a,b"', "readonly"),
).filter((text) => !/\p{Cc}/u.test(text));

const PATH = WORD.map((word) => `/${word}`);

const MOUNT: fc.Arbitrary<BoxMount> = fc.record({
  kind: fc.constantFrom("bind" as const, "volume" as const),
  source: PATH,
  target: PATH,
  readOnly: fc.boolean(),
});

const ANY_PLAN: fc.Arbitrary<BoxPlan> = fc.record({
  name: WORD,
  labels: fc.dictionary(WORD, WORD, { maxKeys: 4 }),
  image: fc.constant("image:tag"),
  hostname: WORD,
  user: fc.record({ uid: fc.nat(), gid: fc.nat() }),
  workdir: PATH,
  mounts: fc.array(MOUNT, { maxLength: 5 }),
  network: fc.constantFrom("open" as const, "none" as const),
  limits: fc.record({
    pids: fc.nat(),
    memoryBytes: fc.nat(),
    cpus: fc.double({ min: 0, max: 64, noNaN: true }),
  }),
  capabilities: fc.array(WORD, { maxLength: 4 }),
  mayGainPrivileges: fc.boolean(),
  relabel: fc.boolean(),
  tty: fc.boolean(),
  // Words of a program may hold anything that a C string can.
  entry: fc.array(fc.oneof(WORD, fc.constantFrom("a\nb", "--", "--rm")), { maxLength: 6 }),
});

/** All that `runArgs` may ever ask an engine for. */
const FLAGS = new Set([
  "--rm",
  "--interactive",
  "--tty",
  "--pull",
  "--log-driver",
  "--detach-keys",
  "--name",
  "--hostname",
  "--label",
  "--network",
  "--user",
  "--workdir",
  "--cap-drop",
  "--cap-add",
  "--security-opt",
  "--pids-limit",
  "--memory",
  "--memory-swap",
  "--cpus",
  "--mount",
  "--volume",
  "--entrypoint",
]);

/** The flags of a `docker run`, up to the image. Fails when an element is no flag of ours. */
function readFlags(argv: readonly string[], image: string) {
  const end = argv.indexOf(image);
  assert.equal(argv[0], "run");
  return argv.slice(1, end).map((element) => {
    const at = element.indexOf("=");
    const [name, value] = at === -1
      ? [element, undefined]
      : [element.slice(0, at), element.slice(at + 1)];
    assert.ok(FLAGS.has(name), `"${element}" begins with a flag of ours`);
    return { name, value };
  });
}

/** One line of RFC 4180, as the engine reads it. */
function readCsv(line: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (true) {
    let field = "";
    if (line[at] === '"') {
      for (at++; at < line.length; at++) {
        if (line[at] !== '"') field += line[at];
        else if (line[at + 1] === '"') field += line[at++];
        else break;
      }
      assert.equal(line[at++], '"', "a quoted field is closed");
    } else {
      while (at < line.length && line[at] !== ",") field += line[at++];
      assert.ok(!field.includes('"'), "a field with quotes is quoted");
    }
    fields.push(field);
    if (at === line.length) return fields;
    assert.equal(line[at++], ",", "a field ends at a comma");
  }
}

const valuesOf = (flags: ReturnType<typeof readFlags>, name: string) =>
  flags.filter((flag) => flag.name === name).map(({ value }) => value);

Deno.test("container args: no value becomes a flag, every value is the one of its flag", () => {
  fc.assert(fc.property(ANY_PLAN, (plan) => {
    const flags = readFlags(runArgs(plan), plan.image);
    assert.deepEqual(valuesOf(flags, "--name"), [plan.name]);
    assert.deepEqual(valuesOf(flags, "--hostname"), [plan.hostname]);
    assert.deepEqual(valuesOf(flags, "--workdir"), [plan.workdir]);
    assert.deepEqual(valuesOf(flags, "--cap-add"), plan.capabilities);
    assert.deepEqual(valuesOf(flags, "--cap-drop"), ["ALL"]);
    assert.deepEqual(valuesOf(flags, "--network"), [plan.network === "open" ? "bridge" : "none"]);
    assert.deepEqual(valuesOf(flags, "--user"), [`${plan.user.uid}:${plan.user.gid}`]);
    assert.deepEqual(
      valuesOf(flags, "--label"),
      Object.entries(plan.labels).map(([name, value]) => `${name}=${value}`),
    );
    assert.equal(valuesOf(flags, "--security-opt").length, plan.mayGainPrivileges ? 0 : 1);
  }));
});

Deno.test("container args: each mount decodes to exactly its fields", () => {
  fc.assert(fc.property(ANY_PLAN, (plan) => {
    const asVolume = ({ kind, source, target }: BoxMount) =>
      plan.relabel && kind === "bind" && !source.includes(":") && !target.includes(":");
    const flags = readFlags(runArgs(plan), plan.image);
    assert.deepEqual(
      valuesOf(flags, "--mount").map((value) => readCsv(value ?? "")),
      plan.mounts.filter((mount) => !asVolume(mount)).map((mount) => [
        `type=${mount.kind}`,
        `source=${mount.source}`,
        `target=${mount.target}`,
        ...(mount.readOnly ? ["readonly"] : []),
      ]),
    );
    assert.deepEqual(
      valuesOf(flags, "--volume").map((value) => value?.split(":")),
      plan.mounts.filter(asVolume).map(({ source, target, readOnly }) => [
        source,
        target,
        readOnly ? "ro,z" : "z",
      ]),
    );
  }));
});

Deno.test("container args: the words of the program are last, verbatim and behind a --", () => {
  fc.assert(fc.property(ANY_PLAN, (plan) => {
    const argv = runArgs(plan);
    assert.deepEqual(argv.slice(argv.length - plan.entry.length - 3), [
      "--entrypoint=/usr/bin/tini",
      plan.image,
      "--",
      ...plan.entry,
    ]);
  }));
});

Deno.test("container args: walls that every box has", () => {
  const flags = runArgs(PLAN);
  for (const flag of ["--rm", "--pull=never", "--log-driver=none", "--cap-drop=ALL"]) {
    assert.ok(flags.includes(flag), flag);
  }
  assert.ok(flags.includes("--security-opt=no-new-privileges"));
  for (const word of ["--privileged", "--pid=host", "--ipc=host", "--network=host", "--env"]) {
    assert.ok(!flags.some((flag) => flag.startsWith(word)), word);
  }
});

Deno.test("container args: a limit of zero is no limit, memory has no swap besides", () => {
  const names = (limits: BoxPlan["limits"]) =>
    runArgs({ ...PLAN, limits }).filter((flag) => /^--(pids|memory|cpus)/.test(flag));
  assert.deepEqual(names({ pids: 0, memoryBytes: 0, cpus: 0 }), []);
  assert.deepEqual(names({ pids: 9, memoryBytes: 1024, cpus: 0.5 }), [
    "--pids-limit=9",
    "--memory=1024",
    "--memory-swap=1024",
    "--cpus=0.5",
  ]);
});

Deno.test("container args: a build names its values, and its folder cannot be a flag", () => {
  const values = { labels: { "a=b": "--no-cache" }, buildArgs: { BASE: "debian --x" } };
  const plan = { reference: "r:1", files: {}, network: "host", noCache: true, ...values };
  assert.deepEqual(buildArgs(plan, "--folder"), [
    "build",
    "--tag=r:1",
    "--label=a=b=--no-cache",
    "--build-arg=BASE=debian --x",
    "--network=host",
    "--no-cache",
    "--",
    "--folder",
  ]);
  assert.deepEqual(
    buildArgs({ ...plan, network: undefined, noCache: false }, "f").filter((word) =>
      /network|no-cache$/.test(word) && !word.startsWith("--label")
    ),
    [],
  );
});

Deno.test("container args: a container made by hand from our image is not one of our boxes", () => {
  assert.ok(listArgs("id").includes("--filter=label=construct.owner.pid"));
  assert.ok(!listImagesArgs("id").join(" ").includes("owner"));
});

Deno.test("container args: lists ask for ids of this installation only", () => {
  for (const args of [listArgs("id"), listImagesArgs("id")]) {
    assert.ok(args.includes("--filter=label=construct.id=id"));
    assert.ok(args.includes("--quiet") && args.includes("--no-trunc"));
  }
  assert.deepEqual(inspectArgs("container", ["--all", "x"]), [
    "inspect",
    "--type=container",
    "--",
    "--all",
    "x",
  ]);
});
