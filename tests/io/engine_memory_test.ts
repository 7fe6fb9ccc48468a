/** What is remembered about engines: a hint that may be wrong, and never an error. */
import assert from "node:assert/strict";
import { type EngineMemory, recallEngine, rememberEngine } from "../../io/engine_memory.ts";

const MEMORY: EngineMemory = {
  last: "docker",
  rootless: false,
  far: false,
  image: "construct-box-1:2",
  packages: { kind: "volume", source: "construct-1-packages" },
  endpoint: "unix:///run/docker.sock",
  at: 1000,
};

async function makeFile() {
  const folder = await Deno.makeTempDir({ prefix: "ct-memory-" });
  return {
    folder: `${folder}/cache`,
    file: `${folder}/cache/engine.json`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("engine memory: what was remembered is recalled, and nothing else is left", async () => {
  await using place = await makeFile();
  const { file, folder } = place;
  assert.equal(await recallEngine(file, MEMORY.endpoint), undefined);
  await rememberEngine(file, { ...MEMORY, last: "native" });
  await rememberEngine(file, MEMORY);
  assert.deepEqual(await recallEngine(file, MEMORY.endpoint), MEMORY);
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["engine.json"]);
  assert.equal(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
});

Deno.test("engine memory: another endpoint is another engine", async () => {
  await using place = await makeFile();
  const { file } = place;
  await rememberEngine(file, MEMORY);
  assert.equal(await recallEngine(file, ""), undefined);
  assert.equal(await recallEngine(file, "tcp://10.0.0.1"), undefined);
});

Deno.test("engine memory: a file that is cut, older or made up is as good as none", async () => {
  await using place = await makeFile();
  const { file } = place;
  await rememberEngine(file, MEMORY);
  const whole = await Deno.readTextFile(file);
  const broken = [
    ...Array.from({ length: whole.length }, (_, i) => whole.slice(0, i)),
    "null",
    "[]",
    "7",
    ...(["last", "rootless", "far", "endpoint", "at"] as const).flatMap((key) => [
      JSON.stringify({ ...MEMORY, [key]: undefined }),
      JSON.stringify({ ...MEMORY, [key]: {} }),
    ]),
    JSON.stringify({ ...MEMORY, last: "lxc" }),
    JSON.stringify({ ...MEMORY, image: 7 }),
    JSON.stringify({ ...MEMORY, packages: "volume" }),
    JSON.stringify({ ...MEMORY, packages: { kind: "tmpfs", source: "x" } }),
    JSON.stringify({ ...MEMORY, packages: { kind: "bind" } }),
  ];
  for (const text of broken) {
    await Deno.writeTextFile(file, text);
    assert.equal(await recallEngine(file, MEMORY.endpoint), undefined, text);
  }
});

Deno.test("engine memory: two that remember at once leave one whole file", async () => {
  await using place = await makeFile();
  const { file } = place;
  await Promise.all(
    Array.from({ length: 20 }, (_, at) => rememberEngine(file, { ...MEMORY, at })),
  );
  assert.ok((await recallEngine(file, MEMORY.endpoint))?.last === "docker");
});
