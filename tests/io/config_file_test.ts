/** config.toml on a real file system. */
import assert from "node:assert/strict";
import { configTemplate } from "../../core/model/config_template.ts";
import { createConfigFile } from "../../io/config_file.ts";

async function makeHome(text?: string) {
  const root = await Deno.makeTempDir();
  const folder = `${root}/a/construct-cli`;
  const path = `${folder}/config.toml`;
  if (text !== undefined) {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  const lines: string[] = [];
  const notes = { debug: (line: string) => void lines.push(line) };
  return {
    root,
    folder,
    path,
    lines,
    open: (env: Record<string, string> = {}) => createConfigFile({ folder, notes, env }),
    text: () => Deno.readTextFile(path),
    mode: async (name: string) => ((await Deno.stat(name)).mode ?? 0) & 0o777,
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("config file: first use writes the template, private", async () => {
  await using home = await makeHome();
  const file = home.open();
  assert.equal(file.path(), home.path);
  const { findings, config } = await file.load();
  assert.deepEqual(findings, []);
  assert.equal(config.runtime.engine, "auto");
  assert.equal(await home.text(), configTemplate());
  assert.equal(await home.mode(home.path), 0o600);
  assert.equal(await home.mode(home.folder), 0o700);
  assert.deepEqual(home.lines, [`wrote ${home.path}`]);
});

Deno.test("config file: many terminals at first use make one file", async () => {
  await using home = await makeHome();
  await Promise.all(Array.from({ length: 10 }, () => home.open().load()));
  assert.equal(home.lines.length, 1);
  assert.deepEqual([...Deno.readDirSync(home.folder)].map(({ name }) => name), ["config.toml"]);
});

Deno.test("config file: an existing file is never overwritten by reading it", async () => {
  await using home = await makeHome("broken = \n");
  const findings = await home.open().check();
  assert.deepEqual(findings.map(({ level, line }) => [level, line]), [["error", 1]]);
  assert.equal(await home.text(), "broken = \n");
});

Deno.test("config file: set keeps comments, unknown keys and the file's mode", async () => {
  const text = "# mine\n[sandbox]\nsudo = false # no\n[other]\nx = 1979-05-27\n";
  await using home = await makeHome(text);
  await Deno.chmod(home.path, 0o640);
  const file = home.open();
  await file.set("sandbox.sudo", "true");
  await file.set("sandbox.env_passthrough", "A,B");
  assert.equal(
    await home.text(),
    text.replace("false # no", 'true # no\nenv_passthrough = [ "A", "B" ]'),
  );
  assert.equal(await home.mode(home.path), 0o640);
  assert.equal(await file.get("sandbox.sudo"), true);
});

Deno.test("config file: set can mend a file that has an error elsewhere", async () => {
  await using home = await makeHome('[sandbox]\nsudo = "yes"\npids = "no"\n');
  const file = home.open();
  await file.set("sandbox.sudo", "true");
  assert.equal(await home.text(), '[sandbox]\nsudo = true\npids = "no"\n');
});

Deno.test("config file: set refuses unknown keys, wrong values and a broken file", async () => {
  await using home = await makeHome("[sandbox]\n");
  const file = home.open();
  await assert.rejects(file.set("sandbox.suod", "true"), {
    code: "notFound",
    message: "Cannot set sandbox.suod: it is unknown; did you mean sandbox.sudo?",
  });
  await assert.rejects(file.set("sandbox", "true"), { code: "notFound" });
  await assert.rejects(file.set("a..b", "true"), { code: "notFound" });
  await assert.rejects(file.set("sandbox.sudo", "maybe"), { code: "invalid" });
  await assert.rejects(file.set("projects.shop.network", "offline"), { code: "invalid" });
  assert.equal(await home.text(), "[sandbox]\n");
  await Deno.writeTextFile(home.path, "x = ");
  await assert.rejects(file.set("sandbox.sudo", "true"), { code: "invalid" });
});

Deno.test("config file: a link is followed, and stays a link", async () => {
  await using home = await makeHome("[sandbox]\n");
  const target = `${home.root}/dotfile.toml`;
  await Deno.rename(home.path, target);
  await Deno.symlink(target, home.path);
  await home.open().set("sandbox.sudo", "true");
  assert.ok((await Deno.lstat(home.path)).isSymlink);
  assert.equal(await Deno.readTextFile(target), "[sandbox]\nsudo = true\n");
  await Deno.remove(target);
  await assert.rejects(home.open().load(), {
    code: "invalid",
    message: /a link to a file that is/,
  });
});

Deno.test("config file: what is not text is refused, and left alone", async () => {
  await using home = await makeHome("");
  await Deno.writeFile(home.path, new Uint8Array([0x61, 0xff]));
  await assert.rejects(home.open().load(), { code: "invalid", message: /not UTF-8/ });
  await Deno.remove(home.path);
  await Deno.mkdir(home.path);
  await assert.rejects(home.open().load(), { code: "unavailable" });
});

Deno.test("config edit: the editor's words are split, VISUAL comes first", async () => {
  await using home = await makeHome("sandbox.sudo = false\n");
  const file = home.open({ VISUAL: "  sed -i s/false/7/ ", EDITOR: "false" });
  assert.deepEqual((await file.edit()).map(({ key }) => key), ["sandbox.sudo"]);
  assert.equal(await home.text(), "sandbox.sudo = 7\n");
});

Deno.test("config edit: an editor that fails or is missing is named", async () => {
  await using home = await makeHome("");
  const failed = { code: "unavailable", message: /false ended with code 1/ };
  await assert.rejects(home.open({ EDITOR: "false" }).edit(), failed);
  const missing = { code: "unavailable", message: /no-such-editor is not installed/ };
  await assert.rejects(home.open({ EDITOR: "no-such-editor" }).edit(), missing);
});
