/** From text to `Config`: what is allowed, what is refused and where it says so. */
import assert from "node:assert/strict";
import { CONFIG_KEYS, FIXED_KEYS } from "../../../core/model/config_keys.ts";
import { acceptValue, type ConfigValue } from "../../../core/model/config_key.ts";
import { DEFAULT_CONFIG, readConfig, requireValid } from "../../../core/model/config.ts";
import { formatValue } from "../../../core/model/toml_key.ts";
import { AppError } from "../../../core/errors.ts";

const FILE = "/home/me/config.toml";

/** One finding as `level line key: message`. */
function findingsOf(text: string): string[] {
  return readConfig(text).findings.map(({ level, line, key, message }) => {
    return `${level} ${line} ${key}: ${message}`;
  });
}

Deno.test("config read: an empty file means the defaults", () => {
  const { config, findings } = readConfig("");
  assert.deepEqual(findings, []);
  assert.deepEqual(config, DEFAULT_CONFIG);
  assert.equal(config.runtime.engine, "auto");
  assert.equal(config.sandbox.home, "per-agent");
  assert.equal(config.sandbox.pids, 4096);
  assert.deepEqual(config.sandbox.envPassthrough, []);
  assert.equal(config.network.mode, "permissive");
  assert.deepEqual(config.projects, {});
});

Deno.test("config read: every active key has a place in the config", () => {
  for (const { key, type, fallback, state } of FIXED_KEYS.values()) {
    if (state.kind !== "active") continue;
    const others: ConfigValue[] = [
      true,
      false,
      7,
      "offline",
      "same",
      "shared",
      "enabled",
      "docker",
    ];
    const other = [...others, "4GiB", "/bin/zsh", "host", ["X"], ["amp"]]
      .find((value) => acceptValue(type, value) !== undefined && value !== fallback);
    assert.ok(other !== undefined, `no other value for ${key}`);
    const { config, findings } = readConfig(`${key} = ${formatValue(other)}`);
    assert.deepEqual(findings, [], key);
    assert.notDeepEqual(config, DEFAULT_CONFIG, `${key} changes nothing`);
  }
});

Deno.test("config read: a wrong type or value is an error with its line and what is allowed", () => {
  const text = `
# comment
[runtime] # engines
engine = "dcoker"
[sandbox]
sudo = "yes"
env_passthrough = [
  "GOOD",
  "NOT GOOD",
]
memory = "4gb"
pids = -1
[network]
mode = 3
`;
  assert.deepEqual(findingsOf(text), [
    'error 4 runtime.engine: is "dcoker", and must be "auto", "container", "podman", "docker" or ' +
    '"native"',
    'error 6 sandbox.sudo: is "yes", and must be true or false',
    'error 7 sandbox.env_passthrough: is ["GOOD","NOT GOOD"], and must be a list of names of ' +
    "variables",
    'error 11 sandbox.memory: is "4gb", and must be a share of the host such as "75%", a size ' +
    'such as "4GiB", or "0"',
    "error 12 sandbox.pids: is -1, and must be a whole number, 0 or more",
    'error 14 network.mode: is 3, and must be "permissive", "strict" or "offline"',
  ]);
  assert.deepEqual(readConfig(text).config, DEFAULT_CONFIG);
});

Deno.test("config read: an unknown key is a warning that names the nearest one", () => {
  assert.deepEqual(
    findingsOf('[runtme]\nengine = "docker"\n[sandbox]\nengine = "docker"\nsuod = 1\n'),
    [
      "warning 1 runtme: is unknown; did you mean runtime?",
      "warning 4 sandbox.engine: is unknown; did you mean runtime.engine?",
      "warning 5 sandbox.suod: is unknown; did you mean sandbox.sudo?",
    ],
  );
  assert.deepEqual(findingsOf("xyzzy.plugh.frobnicate = 1"), ["warning 1 xyzzy: is unknown"]);
  assert.deepEqual(findingsOf('"sandbox.sudo" = true'), [
    'warning 1 "sandbox.sudo": is unknown',
  ]);
});

Deno.test("config read: keys without effect get a note when they differ from the default", () => {
  const text = `
[sandbox]
mount_home = true
non_root_strict = false
forward_ssh_agent = false
[network]
allowed_domains = ["*.anthropic.com"]
[security]
hide_secrets = true
[claude.cc.zai]
ANTHROPIC_AUTH_TOKEN = "secret"
`;
  assert.deepEqual(findingsOf(text).map((line) => line.split(": ")[0]), [
    "note 3 sandbox.mount_home",
    "note 5 sandbox.forward_ssh_agent",
    "note 7 network.allowed_domains",
    "warning 9 security.hide_secrets",
    "note 11 claude.cc.zai.ANTHROPIC_AUTH_TOKEN",
  ]);
});

Deno.test("config read: a broken file is one error with the parser's line, and never its text", () => {
  assert.deepEqual(findingsOf('[a]\nx = 1\ntoken = "s3cret\n'), [
    "error 3 : is not TOML: control characters are not allowed in strings",
  ]);
  assert.match(findingsOf("[sandbox]\n__proto__ = 1").join(), /^error 2 : .*unsafe/);
  assert.match(findingsOf("x = 1\n".repeat(200_000)).join(), /^error undefined : is 1200000 /);
  assert.match(findingsOf(`x = ${"[".repeat(100)}${"]".repeat(100)}`).join(), /^error 1 : /);
});

Deno.test("config read: no message repeats what may be a secret", () => {
  const text = '[projects."/p"]\nenv = ["MY-TOKEN=hunter2"]\n[claude.cc.x]\nTOKEN = ["hunter2"]\n';
  const messages = findingsOf(text);
  assert.equal(messages.length, 2);
  assert.ok(!messages.join().includes("hunter2"), messages.join());
});

Deno.test("config read: older spellings are accepted where they mean the same", () => {
  const labels = (value: string) =>
    readConfig(`sandbox.selinux_labels = ${value}`).config.sandbox.selinuxLabels;
  for (const value of ['"true"', '"YES"', '"on"', "true"]) assert.equal(labels(value), "enabled");
  for (const value of ['"off"', '"no"', "false"]) assert.equal(labels(value), "disabled");
  assert.deepEqual(findingsOf('sandbox.selinux_labels = "maybe"').length, 1);
});

Deno.test("config read: projects are keyed by absolute path", () => {
  const { config, findings } = readConfig(`
[projects."/home/me/shop/"]
network = "offline"
mounts = ["/data:ro"]
env = ["TOKEN", "STAGE=test"]
[projects]
"/x" = { engine = "docker" }
`);
  assert.deepEqual(findings, []);
  assert.deepEqual(config.projects, {
    "/home/me/shop": {
      network: "offline",
      engine: undefined,
      mounts: ["/data:ro"],
      env: ["TOKEN", "STAGE=test"],
    },
    "/x": { network: undefined, engine: "docker", mounts: [], env: [] },
  });
  assert.deepEqual(findingsOf('[projects.shop]\nnetwork = "offline"\n'), [
    "error 1 projects.shop: must be the absolute path of a folder",
  ]);
});

Deno.test("config read: versions of agents are kept by name", () => {
  const { config } = readConfig('[agents.versions]\nclaude = "2.0.14"\npi = "^1.2.0"\n');
  assert.deepEqual(config.agents.versions, { claude: "2.0.14", pi: "^1.2.0" });
  assert.equal(findingsOf('agents.versions.claude = "1 --evil"').length, 1);
});

Deno.test("config read: values that end in an engine's arguments cannot look like flags", () => {
  for (const key of ["runtime.base_image", "runtime.build_network", "sandbox.shell"]) {
    assert.equal(findingsOf(`${key} = "--privileged"`).length, 1, key);
    assert.equal(findingsOf(`${key} = "/a\\nb"`).length, 1, key);
  }
});

Deno.test("config require: throws for the first error, with file, line, key and the hint", () => {
  requireValid(readConfig("[unknown]\nx = 1\n").findings, FILE);
  const { findings } = readConfig('[sandbox]\nsudo = 1\nshell = "zsh"\n');
  assert.throws(() => requireValid(findings, FILE), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, "invalid");
    assert.equal(
      error.message,
      `Cannot use ${FILE}:2: key sandbox.sudo is 1, and must be true or false (and 1 more)`,
    );
    assert.equal(error.hint, "Run `ct config check`");
    return true;
  });
});

Deno.test("config keys: every default is a value that its type allows", () => {
  for (const { key, type, fallback } of CONFIG_KEYS) {
    if (fallback !== undefined) assert.deepEqual(acceptValue(type, fallback), fallback, key);
  }
});

Deno.test("config keys: no key twice, and every text is a sentence", () => {
  assert.equal(new Set(CONFIG_KEYS.map(({ key }) => key)).size, CONFIG_KEYS.length);
  for (const { key, text } of CONFIG_KEYS) assert.match(text, /^\S.*\.$/, key);
});
