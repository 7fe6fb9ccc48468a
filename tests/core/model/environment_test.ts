/** What a program in a box may know about its host: an allow-list, agent by agent. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { AGENTS, findAgent, isListed, isProviderVariable } from "../../../core/model/agents.ts";
import {
  composeEnvironment,
  type EnvironmentInputs,
  identityVariables,
} from "../../../core/model/environment.ts";

const inputs = (change: Partial<EnvironmentInputs> = {}): EnvironmentInputs => ({
  host: {},
  agent: undefined,
  path: "/opt/bin:/bin",
  shell: "/bin/bash",
  network: "permissive",
  user: { uid: 1000 },
  timeZone: undefined,
  hasCaBundle: false,
  passthrough: [],
  prefixes: ["CNSTR_"],
  typed: [],
  ...change,
});

const compose = (change?: Partial<EnvironmentInputs>) => composeEnvironment(inputs(change));

/** For an agent by name; none is a shell. */
const inBox = (agent: string | undefined, host: Record<string, string>) =>
  compose({ host, agent: agent === undefined ? undefined : findAgent(agent) });

const KEYS = {
  ANTHROPIC_API_KEY: "a",
  OPENAI_API_KEY: "o",
  GEMINI_API_KEY: "g",
  GH_TOKEN: "h",
  AMP_API_KEY: "m",
};

Deno.test("environment: without anything from the host it is ours alone", () => {
  assert.deepEqual(compose(), {
    HOME: "/home/construct",
    USER: "construct",
    LOGNAME: "construct",
    SHELL: "/bin/bash",
    PATH: "/opt/bin:/bin",
    CONSTRUCT_PATH: "/opt/bin:/bin",
    CONSTRUCT_NETWORK: "permissive",
    IS_SANDBOX: "1",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
  });
});

Deno.test("environment: each agent sees the keys of its own providers and no others", () => {
  const seen = (agent: string | undefined) =>
    Object.keys(KEYS).filter((name) => name in inBox(agent, KEYS));
  assert.deepEqual(seen("claude"), ["ANTHROPIC_API_KEY"]);
  assert.deepEqual(seen("codex"), ["OPENAI_API_KEY"]);
  assert.deepEqual(seen("gemini"), ["GEMINI_API_KEY"]);
  assert.deepEqual(seen("copilot"), ["GH_TOKEN"]);
  assert.deepEqual(seen("amp"), ["AMP_API_KEY"]);
  assert.deepEqual(seen("crush"), ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"]);
  assert.deepEqual(seen(undefined), []);
});

Deno.test("environment prefix: a key of another provider does not come in through it", () => {
  const host = { CNSTR_OPENAI_API_KEY: "o", CNSTR_ANTHROPIC_API_KEY: "a", CNSTR_MY_TOKEN: "t" };
  const claude = inBox("claude", host);
  assert.deepEqual([claude["ANTHROPIC_API_KEY"], claude["OPENAI_API_KEY"]], ["a", undefined]);
  const codex = inBox("codex", host);
  assert.deepEqual([codex["OPENAI_API_KEY"], codex["ANTHROPIC_API_KEY"]], ["o", undefined]);
  const shell = inBox(undefined, host);
  assert.deepEqual([shell["OPENAI_API_KEY"], shell["ANTHROPIC_API_KEY"]], [undefined, undefined]);
  for (const environment of [claude, codex, shell]) {
    assert.equal(environment["MY_TOKEN"], "t");
    assert.ok(!Object.keys(environment).some((name) => name.startsWith("CNSTR_")));
  }
});

Deno.test("environment prefix: others from the file work the same; nothing is cut to nothing", () => {
  const host = { WORK_TOKEN: "w", WORK_OPENAI_API_KEY: "o", WORK_: "x", CNSTR_: "y", CNSTR_A: "a" };
  const environment = compose({ host, prefixes: ["WORK_"] });
  assert.equal(environment["TOKEN"], "w");
  assert.equal(environment["A"], "a", "ours always counts");
  assert.equal(environment["OPENAI_API_KEY"], undefined);
  assert.ok(!("" in environment));
});

Deno.test("environment: later sources win, the command line last", () => {
  const host = { X: "host", CNSTR_X: "prefix", TERM: "xterm", CNSTR_TERM: "dumb" };
  const at = (change: Partial<EnvironmentInputs>) => compose({ host, ...change })["X"];
  assert.equal(at({}), "prefix");
  assert.equal(at({ passthrough: ["X"] }), "host");
  assert.equal(at({ passthrough: ["X"], typed: ["X=typed"] }), "typed");
  assert.equal(at({ typed: ["X=a", "X=b"] }), "b");
  assert.equal(compose({ host })["TERM"], "dumb");
  const claude = findAgent("claude");
  assert.equal(compose({ agent: claude })["DISABLE_AUTOUPDATER"], "1");
  assert.equal(
    compose({ agent: claude, typed: ["DISABLE_AUTOUPDATER=0"] })["DISABLE_AUTOUPDATER"],
    "0",
  );
});

Deno.test("environment passthrough: names and prefixes from the file, for every program", () => {
  const host = { AWS_PROFILE: "p", AWS_REGION: "r", AWS: "no", EDITOR: "vi", OPENAI_API_KEY: "o" };
  const passthrough = ["AWS_", "EDITOR", "OPENAI_API_KEY"];
  const environment = compose({ host, passthrough });
  const { AWS_PROFILE, AWS_REGION, AWS, EDITOR, OPENAI_API_KEY } = environment;
  assert.deepEqual([AWS_PROFILE, AWS_REGION, AWS, EDITOR], ["p", "r", undefined, "vi"]);
  assert.equal(OPENAI_API_KEY, "o", "the user named it");
});

Deno.test("environment typed: a value as written, or that of the host", () => {
  const environment = compose({ host: { SET: "h" }, typed: ["A=b=c", "E=", "SET", "a b=1"] });
  const { A, E, SET } = environment;
  assert.deepEqual([A, E, SET, environment["a b"]], ["b=c", "", "h", "1"]);
});

Deno.test("environment typed: what is not set or has no name is refused by name only", () => {
  const usage = (message: RegExp) => ({ code: "usage", message });
  assert.throws(() => compose({ typed: ["MISSING"] }), usage(/MISSING: it is not set here/));
  assert.throws(() => compose({ typed: ["=secret"] }), (error: Error) => {
    assert.match(error.message, /"" is not the name of a variable/);
    return !error.message.includes("secret");
  });
  assert.throws(() => compose({ typed: [""] }), usage(/is not the name/));
  // `host` is an object: what every object has is not set either.
  assert.throws(() => compose({ typed: ["toString"] }), usage(/not set here/));
});

Deno.test("environment certificates: every tool is told of the bundle when there is one", () => {
  const told = Object.entries(compose({ hasCaBundle: true }))
    .filter(([, value]) => value === "/opt/construct/ca-certificates.crt")
    .map(([name]) => name);
  assert.deepEqual(told.sort(), [
    "CARGO_HTTP_CAINFO",
    "CURL_CA_BUNDLE",
    "DENO_CERT",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
  ]);
  const host = { SSL_CERT_FILE: "/etc/mine.pem" };
  assert.equal(compose({ host })["SSL_CERT_FILE"], undefined, "a path of the host means nothing");
});

Deno.test("environment git: who commits, as far as it is known; any folder is safe", () => {
  assert.deepEqual(identityVariables({ name: "Anna" }), {
    GIT_AUTHOR_NAME: "Anna",
    GIT_COMMITTER_NAME: "Anna",
  });
  const both = identityVariables({ name: "A", email: "a@b" });
  assert.deepEqual([both["GIT_AUTHOR_EMAIL"], both["GIT_COMMITTER_EMAIL"]], ["a@b", "a@b"]);
  const { GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0 } = compose();
  assert.deepEqual([GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0], ["safe.directory", "*"]);
});

Deno.test("environment time zone: TZ of the host, else its name, else none", () => {
  assert.equal(compose({ timeZone: "Europe/Rome" })["TZ"], "Europe/Rome");
  assert.equal(compose({ timeZone: "Europe/Rome", host: { TZ: "UTC" } })["TZ"], "UTC");
  assert.equal(compose()["TZ"], undefined);
});

Deno.test("environment user: root is called root; every program knows that it is in a box", () => {
  const { USER, LOGNAME, IS_SANDBOX } = compose({ user: { uid: 0 } });
  assert.deepEqual([USER, LOGNAME, IS_SANDBOX], ["root", "root", "1"]);
});

Deno.test("environment: a variable of the host that no list has never comes in", () => {
  const known = AGENTS.flatMap(({ env }) => env);
  const name = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."ABCDEKNPST_"), minLength: 1, maxLength: 12 }),
    fc.constantFrom(...known, ...known.map((entry) => `CNSTR_${entry}X`), "SSH_AUTH_SOCK"),
    fc.tuple(fc.constantFrom("CNSTR_", "OPENAI", "LC_", "x"), fc.constantFrom(...known))
      .map((parts) => parts.join("")),
  );
  const host = fc.dictionary(name, fc.constant("of the host"), {
    maxKeys: 12,
    noNullPrototype: true,
  });
  const agent = fc.option(fc.constantFrom(...AGENTS), { nil: undefined });
  const ours = Object.keys(compose({ hasCaBundle: true }));
  const shared =
    /^(COLORTERM|COLUMNS|FORCE_COLOR|GHOSTTY_RESOURCES_DIR|KITTY_WINDOW_ID|LANG|LANGUAGE|LC_.*|LINES|NO_COLOR|TERM|TERM_PROGRAM|TERM_PROGRAM_VERSION|TZ|(ALL|HTTPS|HTTP|NO)_PROXY|(all|https|http|no)_proxy)$/;
  fc.assert(
    fc.property(host, agent, (host, agent) => {
      const environment = compose({ host, agent });
      for (const [name, value] of Object.entries(environment)) {
        if (value !== "of the host") continue;
        const isOwn = isListed(name, agent?.env ?? []);
        const isUsers = `CNSTR_${name}` in host && (isOwn || !isProviderVariable(name));
        const isPlain = name in host && (isOwn || shared.test(name));
        assert.ok(isUsers || isPlain, `${name} for ${agent?.name}`);
      }
      for (const name of ours.filter((name) => !(`CNSTR_${name}` in host))) {
        if (!isListed(name, agent?.env ?? [])) assert.notEqual(environment[name], "of the host");
      }
    }),
    { numRuns: 500 },
  );
});
