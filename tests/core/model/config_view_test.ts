/** What `ct config get` may show. */
import assert from "node:assert/strict";
import { readConfig } from "../../../core/model/config.ts";
import { viewConfig } from "../../../core/model/config_view.ts";

const { values } = readConfig(`
[sandbox]
sudo = true
mount_home = true
[claude.cc.zai]
ANTHROPIC_BASE_URL = "https://api.z.ai"
ANTHROPIC_AUTH_TOKEN = "sk-123"
ANTHROPIC_API_KEY = "\${CNSTR_ZAI_API_KEY}"
HTTPS_PROXY = "http://me:sk-123@proxy"
ANTHROPIC_CUSTOM_HEADERS = "x: sk-123"
[projects."/p"]
env = ["API_KEY=sk-123", "STAGE=a=b", "TOKEN"]
`);

Deno.test("config view: a key, a section, or everything", () => {
  assert.equal(viewConfig(values, "sandbox.sudo"), true);
  assert.equal(viewConfig(values, "sandbox.pids"), 4096);
  assert.deepEqual(viewConfig(new Map(), "network"), {
    mode: "permissive",
    allowed_domains: [],
    allowed_ips: [],
    blocked_domains: [],
    blocked_ips: [],
  });
  const all = JSON.stringify(viewConfig(values, ""));
  assert.ok(all.includes('"engine":"auto"') && all.includes('"mount_home":true'));
  assert.ok(!JSON.stringify(viewConfig(new Map(), "")).includes("mount_home"));
});

Deno.test("config view: secrets are masked, references are not", () => {
  assert.ok(!JSON.stringify(viewConfig(values, "")).includes("sk-123"));
  assert.deepEqual(viewConfig(values, "claude.cc.zai"), {
    ANTHROPIC_BASE_URL: "https://api.z.ai",
    ANTHROPIC_AUTH_TOKEN: "***",
    ANTHROPIC_API_KEY: "${CNSTR_ZAI_API_KEY}",
    HTTPS_PROXY: "***",
    ANTHROPIC_CUSTOM_HEADERS: "***",
  });
  assert.deepEqual(viewConfig(values, 'projects."/p".env'), ["API_KEY=***", "STAGE=a=b", "TOKEN"]);
});

Deno.test("config view: what does not exist is not found, with the nearest key", () => {
  assert.throws(() => viewConfig(values, "sandbox.suod"), {
    code: "notFound",
    message: "Cannot get sandbox.suod: it is unknown; did you mean sandbox.sudo?",
  });
  for (const key of ["..", "agents.versions.claude", "agents.versions.toString", "__proto__"]) {
    assert.throws(() => viewConfig(values, key), { code: "notFound" }, key);
  }
});
