/** What programs in a box know: the right variables reach the right program and nobody else. */
import assert from "node:assert/strict";
import { docker } from "./docker.ts";
import { assertCode, onEngines, type Program } from "./program.ts";
import { plantAgent } from "./store.ts";

/** Writes what it sees, then waits until somebody made the file `go`. */
const LOOK = "env -0 > seen.part; mv seen.part seen; while [ ! -e go ]; do sleep 0.02; done";

const CANARY = `canary-${crypto.randomUUID()}`;

/** Named in ways that each take another road into a box, or none. */
const SECRETS = {
  ANTHROPIC_API_KEY: `${CANARY}-anthropic`,
  OPENAI_API_KEY: `${CANARY}-openai`,
  CNSTR_SECRET: `${CANARY}-prefixed`,
  CNSTR_GEMINI_API_KEY: `${CANARY}-gemini`,
  TYPED: `${CANARY}-typed`,
  NOBODYS: `${CANARY}-nobodys`,
};

/** The variables of the program that `words` start, while nobody outside can see a secret. */
async function seenBy(ct: Program, words: readonly string[]): Promise<Map<string, string>> {
  const run = ct.start(words, { env: SECRETS });
  let seen: string | undefined;
  while (seen === undefined) {
    seen = await Deno.readTextFile(`${ct.project}/seen`).catch(() => undefined);
    const ran = await Promise.race([run.ended, new Promise<void>((next) => setTimeout(next, 10))]);
    if (ran !== undefined) assert.fail(`ended with ${ran.code}: ${ran.errorText}`);
  }
  try {
    assert.match(await Deno.readTextFile(`/proc/${run.pid}/environ`), new RegExp(CANARY));
    assertNowhere("arguments", argvOfEverybody());
    assertNowhere("files", textOf(ct.data));
    if (ct.engine === "docker") assertNowhere("inspect", await inspectAll(ct));
  } finally {
    await Deno.writeTextFile(`${ct.project}/go`, "");
  }
  assertCode(await run.ended, 0);
  assertNowhere("files afterwards", textOf(ct.data));
  await Deno.remove(`${ct.project}/go`);
  await Deno.remove(`${ct.project}/seen`);
  return variables(seen);
}

function variables(text: string): Map<string, string> {
  return new Map(
    text.split("\0").filter(Boolean).map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

function assertNowhere(where: string, texts: readonly string[]): void {
  assert.ok(texts.length > 0, `no ${where}`);
  assert.deepEqual(texts.filter((text) => text.includes(CANARY)), [], `a secret in ${where}`);
}

/** Names of variables whose value is secret. */
function secretsIn(seen: Map<string, string>): string[] {
  return [...seen].filter(([, value]) => value.includes(CANARY)).map(([name]) => name).sort();
}

function argvOfEverybody(): string[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name))
    .map(({ name }) => {
      try {
        return Deno.readTextFileSync(`/proc/${name}/cmdline`);
      } catch {
        // It ended between the list and the look.
        return "";
      }
    });
}

/** Every file below, its name included. */
function textOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isFile, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return [path, ...textOf(path)];
    return isFile ? [path, Deno.readTextFileSync(path)] : [path];
  });
}

async function inspectAll({ installation }: Program): Promise<string[]> {
  const filter = `label=construct.id=${installation}`;
  const boxes = (await docker("ps", "-aq", "--filter", filter)).split("\n").filter(Boolean);
  assert.equal(boxes.length, 1);
  const image = await docker("inspect", "--format={{.Image}}", ...boxes);
  return [await docker("inspect", ...boxes), await docker("inspect", image)];
}

await onEngines((engine, test) => {
  test("run: gets what was passed on and no provider's key, and nothing leaks", async (ct) => {
    const seen = await seenBy(ct, ct.words(["sh", "-c", LOOK], ["--ct-env", "TYPED"]));
    assert.deepEqual(secretsIn(seen), ["SECRET", "TYPED"]);
    assert.equal(seen.get("TYPED"), SECRETS.TYPED);
    assert.equal(seen.get("SECRET"), SECRETS.CNSTR_SECRET);
  });

  test("agents: each gets the keys of its own provider, and nothing leaks", async (ct) => {
    await plantAgent(ct, "claude", LOOK);
    await plantAgent(ct, "gemini", LOOK);
    const claude = await seenBy(ct, ["claude", `--ct-engine=${engine}`]);
    assert.deepEqual(secretsIn(claude), ["ANTHROPIC_API_KEY", "SECRET"]);
    const gemini = await seenBy(ct, ["gemini", `--ct-engine=${engine}`]);
    assert.deepEqual(secretsIn(gemini), ["GEMINI_API_KEY", "SECRET"]);
  });

  test("agents: a provider's key that was typed reaches the program", async (ct) => {
    const flags = ["--ct-env", "OPENAI_API_KEY"];
    const seen = await seenBy(ct, ct.words(["sh", "-c", LOOK], flags));
    assert.deepEqual(secretsIn(seen), ["OPENAI_API_KEY", "SECRET"]);
  });

  test("dry run: shows names of variables and no values", async (ct) => {
    const flags = ["--ct-dry-run", "--ct-env", "TYPED"];
    const ran = await ct.run(["env"], { flags, env: SECRETS });
    assertCode(ran, 0);
    assert.match(ran.text, /TYPED/);
    assertNowhere("the plan", [ran.text, ran.errorText]);
    const debugged = await ct.run(["true"], { flags: ["--ct-debug"], env: SECRETS });
    assertNowhere("what is said with --ct-debug", [debugged.text, debugged.errorText]);
  });

  test("PATH: is the same for every shell and in CONSTRUCT_PATH", async (ct) => {
    const path = (await ct.run(["printenv", "CONSTRUCT_PATH"])).text;
    assert.match(path, /^\/home\/construct\/\.local\/bin:.*:\/usr\/bin:.*\n$/);
    for (const shell of [["sh", "-c"], ["sh", "-lc"], ["bash", "-c"], ["bash", "-lc"]]) {
      assert.equal((await ct.run([...shell, 'echo "$PATH"'])).text, path, shell.join(" "));
    }
    assert.equal((await ct.run(["printenv", "PATH"])).text, path);
    const words = ["shell", `--ct-engine=${engine}`];
    assert.equal((await ct.call([...words, "-c", 'echo "$PATH"'])).text, path);
    assert.equal((await ct.call([...words, "-lc", 'echo "$PATH"'])).text, path);
  });

  test("PATH: a program in a home's bin folder is found", async (ct) => {
    const make = 'mkdir -p "$HOME/.local/bin"; ln -s /usr/bin/echo "$HOME/.local/bin/hi"';
    assertCode(await ct.run(["sh", "-c", make]), 0);
    assert.equal((await ct.run(["hi", "there"])).text, "there\n");
  });

  test("environment: is an allow-list with the box's own words", async (ct) => {
    await Deno.writeTextFile(
      `${ct.home}/.gitconfig`,
      '[user]\n\tname = "Zoë \\"Z\\" O\'Hara"\n\temail = zoe@example.org\n',
    );
    const env = {
      SOME_HOST_VARIABLE: "x",
      SSH_AUTH_SOCK: "/tmp/x",
      TERM: "xterm-256color",
      COLORTERM: "truecolor",
      LC_TIME: "de_DE.UTF-8",
      TZ: "Europe/Berlin",
      https_proxy: "http://proxy.example:3128",
    };
    const seen = variables((await ct.run(["env", "-0"], { env })).text);
    assert.equal(seen.get("SOME_HOST_VARIABLE"), undefined);
    assert.equal(seen.get("SSH_AUTH_SOCK"), undefined);
    assert.equal(seen.get("HOME"), "/home/construct");
    assert.equal(seen.get("IS_SANDBOX"), "1");
    for (const name of ["TERM", "COLORTERM", "LC_TIME", "TZ", "https_proxy"] as const) {
      assert.equal(seen.get(name), env[name]);
    }
    assert.equal(seen.get("GIT_AUTHOR_NAME"), 'Zoë "Z" O\'Hara');
    const committed = await ct.run([
      ...["sh", "-c"],
      "git init -q . && git commit -q --allow-empty -m x && git log --format='%an <%ae>'",
    ]);
    assertCode(committed, 0);
    assert.equal(committed.text, 'Zoë "Z" O\'Hara <zoe@example.org>\n');
  });

  test("environment: odd values arrive as they are", async (ct) => {
    const value = " a\nb\t'c' \"d\" $(id) `id` \\ ü✓ =;&|";
    const flags = [`--ct-env=ODD=${value}`, "--ct-env", "EMPTY="];
    const seen = variables((await ct.run(["env", "-0"], { flags })).text);
    assert.equal(seen.get("ODD"), value);
    assert.equal(seen.get("EMPTY"), "");
  });

  test("environment: certificates of the host are the box's", async (ct) => {
    const bundle = `${ct.folder}/bundle.crt`;
    await Deno.writeTextFile(bundle, "-----BEGIN CERTIFICATE-----\nhost's own\n");
    const script = 'cat "$SSL_CERT_FILE" "$NODE_EXTRA_CA_CERTS"';
    const ran = await ct.run(["sh", "-c", script], { env: { SSL_CERT_FILE: bundle } });
    assertCode(ran, 0);
    assert.equal(ran.text.match(/host's own/g)?.length, 2);
    await ct.configure("[sandbox]\ntrust_host_ca = false\n");
    const without = await ct.run(["printenv", "SSL_CERT_FILE"], { env: { SSL_CERT_FILE: bundle } });
    assert.deepEqual([without.code, without.text], [1, ""]);
  });
});
