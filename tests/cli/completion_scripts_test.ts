/** The scripts in their real shells, against the real program. */
import assert from "node:assert/strict";
import { SCRIPTS, SHELLS } from "../../cli/completion_scripts.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

type Shell = typeof SHELLS[number];

function isPresent(shell: Shell): boolean {
  try {
    return new Deno.Command(shell, { args: ["--version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** A folder with `ct` on PATH, the script, and two files to complete. */
async function makeHome(shell: Shell, program?: string) {
  const folder = await Deno.makeTempDir({ prefix: "construct-completion-" });
  const ct = program ?? `exec "${Deno.execPath()}" run -A --no-check "${MAIN}" "$@"`;
  await Deno.writeTextFile(`${folder}/ct`, `#!/bin/sh\n${ct}\n`, { mode: 0o755 });
  await Deno.writeTextFile(`${folder}/script`, SCRIPTS[shell]);
  await Deno.writeTextFile(`${folder}/notes.txt`, "");
  return {
    folder,
    async run(command: string, args: string[]): Promise<string[]> {
      const { stdout, stderr, success } = await new Deno.Command(command, {
        args,
        cwd: folder,
        stdin: "null",
        env: { PATH: `${folder}:${Deno.env.get("PATH")}`, HOME: folder, TERM: "xterm" },
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).split("\n").map((line) => line.trim())
        .filter((line) => line !== "");
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Calls the function as readline does, with words cut where bash cuts them. */
function askBash(line: string): string {
  const words = [...line.matchAll(/[=:]|[^\s=:]+/g)].map(([word]) => `'${word}'`);
  if (/\s$/.test(line)) words.push("''");
  return `COMP_LINE='${line}' COMP_POINT=${line.length} COMP_CWORD=${words.length - 1}
    COMP_WORDS=(${words.join(" ")}); _construct_complete; printf '%s\\n' "\${COMPREPLY[@]}"`;
}

Deno.test("completion bash: offers what the program says", async () => {
  await using home = await makeHome("bash");
  const ask = (line: string) =>
    home.run("bash", ["--norc", "-c", `source ./script\n${askBash(line)}`]);
  const [verbs, flag, behind, values] = await Promise.all([
    ask("ct box l"),
    ask("ct box list --js"),
    ask("ct image build --engine=d"),
    ask("ct claude --ct-network "),
  ]);
  assert.deepEqual(verbs, ["list", "logs"]);
  assert.deepEqual(flag, ["--json"]);
  // readline replaces only what stands behind the `=`.
  assert.deepEqual(behind, ["docker"]);
  assert.deepEqual(values, ["offline", "permissive", "strict"]);
});

Deno.test("completion bash: joins words that bash cut at a colon", async () => {
  await using home = await makeHome("bash", `echo "$4:$5:$6" >words; echo box:12; echo box:34`);
  const script = `set -u; source ./script; ${askBash("ct image remove box:1")}; cat words`;
  const lines = await home.run("bash", ["--norc", "-c", script]);
  assert.deepEqual(lines, ["12", "34", "image:remove:box:1"]);
});

Deno.test({
  name: "completion fish: offers what the program says, with its texts and files",
  ignore: !isPresent("fish"),
  async fn() {
    await using home = await makeHome("fish");
    const lines = ["ct box li", "ct image build --engine=d", "ct claude --ct-network o"];
    const more = ["ct run no", "ct run --ct-mount=no", "ct -ct-n strict clau"];
    const asks = [...lines, ...more].map((line) => `complete -C "${line}"`).join("; ");
    assert.deepEqual(await home.run("fish", ["--no-config", "-c", `source ./script; ${asks}`]), [
      "list\tList the boxes",
      "--engine=docker",
      "offline",
      "notes.txt",
      "--ct-mount=notes.txt",
      "claude\tRun Claude Code in a box",
    ]);
  },
});

Deno.test({
  name: "completion zsh: completes the line of a real terminal",
  ignore: !isPresent("zsh"),
  async fn() {
    await using home = await makeHome("zsh");
    const lines = ["ct box li", "ct image build --engine=do", "ct run no", "ct -ct-n off"];
    // An interactive zsh on a terminal of its own. ^X completes the line, notes it and empties it;
    // the next line waits for that, because zsh drops what is typed while it completes.
    await Deno.writeTextFile(
      `${home.folder}/drive`,
      String.raw`
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z 'autoload -Uz compinit; compinit -u -D; source ./script; unsetopt beep'
      zpty -w z 'note() { zle expand-or-complete; print -r -- "$BUFFER" >>.noted; BUFFER=; print "do""ne"; }'
      zpty -w z 'zle -N note; bindkey "^X" note; print "rea""dy"'
      zpty -r z output '*ready*'
      for line in "$@"; do
        zpty -w -n z $line$'\x18'
        zpty -r z output '*done*'
      done
      zpty -d z
      cat .noted
    `,
    );
    // A line that is never noted would wait for ever.
    const words = ["30", "zsh", "-f", "./drive", ...lines];
    assert.deepEqual(await home.run("timeout", words), [
      "ct box list",
      "ct image build --engine=docker",
      "ct run notes.txt",
      "ct -ct-n offline",
    ]);
  },
});
