/** The commands of config.toml, on a real file in a folder of its own. */
import assert from "node:assert/strict";
import { createConfigFile } from "../../../../io/config_file.ts";
import { makeCli } from "../../../fakes/cli.ts";
import { createFakeClient } from "../../../fakes/client.ts";

async function makeSettings(text?: string) {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/config.toml`;
  if (text !== undefined) await Deno.writeTextFile(path, text);
  const silent = { debug() {} };
  const config = createConfigFile({ folder, notes: silent, env: { EDITOR: "sed -i s/false/7/" } });
  const cli = makeCli({ client: { ...createFakeClient(), config } });
  return {
    path,
    ct: (...words: string[]) => cli.ct("config", ...words),
    text: () => Deno.readTextFile(path),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("config get: a value as it is, a section as TOML, or JSON", async () => {
  await using settings = await makeSettings('[network]\nmode = "offline"\n[sandbox]\ncpus = 2\n');
  assert.equal((await settings.ct("get", "network.mode")).stdout, "offline\n");
  assert.equal((await settings.ct("get", "sandbox.cpus")).stdout, "2\n");
  assert.equal((await settings.ct("get", "sandbox.env_passthrough")).stdout, "[]\n");
  assert.match((await settings.ct("get")).stdout, /^runtime.engine = "auto"\n/);
  assert.match(
    (await settings.ct("get", "network")).stdout,
    /^network.mode = "offline"\nnetwork.allowed_domains = \[\]\n/,
  );
  assert.equal((await settings.ct("get", "network.mode", "--json")).stdout, '"offline"\n');
  const { code, stderr } = await settings.ct("get", "network.mod");
  assert.equal(code, 3);
  assert.match(stderr, /did you mean network.mode\?/);
});

Deno.test("config get: secrets of providers are masked", async () => {
  await using settings = await makeSettings(
    '[claude.cc.zai]\nANTHROPIC_AUTH_TOKEN = "sk-1"\nANTHROPIC_API_KEY = "${CNSTR_KEY}"\n',
  );
  assert.equal(
    (await settings.ct("get", "claude.cc")).stdout,
    'claude.cc.zai.ANTHROPIC_AUTH_TOKEN = "***"\nclaude.cc.zai.ANTHROPIC_API_KEY = "${CNSTR_KEY}"\n',
  );
});

Deno.test("config set: says what changed and keeps the rest of the file", async () => {
  await using settings = await makeSettings("# mine\n[sandbox]\nsudo = false # no\n");
  const { code, stdout, stderr } = await settings.ct("set", "sandbox.sudo", "true");
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "" });
  assert.equal(stderr, "sandbox.sudo is true, and was false\n");
  assert.equal(await settings.text(), "# mine\n[sandbox]\nsudo = true # no\n");
  assert.equal(
    (await settings.ct("set", "sandbox.sudo", "true")).stderr,
    "sandbox.sudo is true already\n",
  );
});

Deno.test("config set: warns when the key has no effect, and never shows a secret", async () => {
  await using settings = await makeSettings("");
  assert.equal(
    (await settings.ct("set", "sandbox.forward_ssh_agent", "false")).stderr,
    "sandbox.forward_ssh_agent is false, and was true\n" +
      "note: sandbox.forward_ssh_agent has no effect yet: it waits for SSH agent forwarding\n",
  );
  const { stderr } = await settings.ct("set", "claude.cc.'z'.TOKEN", "sk-1");
  assert.match(stderr, /^claude.cc.z.TOKEN is set\nnote: /);
});

Deno.test("config set: a wrong value or key changes nothing", async () => {
  await using settings = await makeSettings("# mine\n");
  const wrong = await settings.ct("set", "sandbox.pids", "many");
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /is "many", and must be a whole number, 0 or more/);
  assert.equal((await settings.ct("set", "sandbox.pid", "7")).code, 3);
  assert.equal(await settings.text(), "# mine\n");
});

Deno.test("config check: one line per finding, and code 2 for an error", async () => {
  await using settings = await makeSettings('[sandbox]\nsudo = "yes"\nmount_home = true\n');
  const { code, stdout } = await settings.ct("check");
  assert.equal(code, 2);
  assert.deepEqual(stdout.split("\n"), [
    `${settings.path}:2: error: sandbox.sudo: is "yes", and must be true or false`,
    `${settings.path}:3: note: sandbox.mount_home: has no effect any more: it never worked; name ` +
    "folders with --ct-mount or under [projects]",
    "",
  ]);
  const json = await settings.ct("check", "--json");
  assert.equal(json.code, 2);
  assert.equal(JSON.parse(json.stdout)[0].line, 2);
});

Deno.test("config check: a file without findings is good", async () => {
  await using settings = await makeSettings();
  assert.deepEqual(await settings.ct("check"), {
    code: 0,
    stdout: "",
    stderr: `No mistakes in ${settings.path}\n`,
  });
});

Deno.test("config edit: runs the editor, then checks what it saved", async () => {
  await using settings = await makeSettings("sandbox.sudo = false\n");
  const { code, stdout } = await settings.ct("edit");
  assert.equal(code, 2);
  assert.match(stdout, /:1: error: sandbox.sudo: is 7, and must be true or false/);
});

Deno.test("config path: prints the path and makes no file", async () => {
  await using settings = await makeSettings();
  assert.equal((await settings.ct("path")).stdout, `${settings.path}\n`);
  await assert.rejects(settings.text(), Deno.errors.NotFound);
});
