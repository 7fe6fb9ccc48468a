/** The real Claude Code from npm, in a box, makes turns with a tool call against a mock. */
import assert from "node:assert/strict";
import { type AnthropicMock, FINAL_TEXT, startAnthropicMock } from "../fixtures/anthropic.ts";
import { assertCode, onEngines, type Program } from "./program.ts";
import { openReachableAddress } from "./reachable.ts";
import { openPane } from "./tmux.ts";

/** An installation fetches some hundred megabytes. */
const LIMIT_MS = 240_000;

const KEY = "sk-ant-mock-0123456789-0123456789";

await onEngines((engine, test) => {
  test("claude: two install it once, and it makes a turn in both of its ways", async (ct) => {
    await using host = await openReachableAddress();
    await using mock = startAnthropicMock(host.address, "id -u >>tool-ran; echo from-the-tool");
    await installTwice(ct);
    await printTurn(ct, mock);
    await interactiveTurn(ct, mock);
    assert.ok(mock.requests.length > 3);
    assert.deepEqual(mock.requests.filter(({ key }) => key !== KEY && key !== null), []);
  });

  const words = (...args: string[]) => ["claude", `--ct-engine=${engine}`, ...args];

  async function installTwice(ct: Program): Promise<void> {
    const both = await Promise.all(
      [1, 2].map(() => ct.call(words("--version"), { limitMs: LIMIT_MS })),
    );
    for (const ran of both) {
      assertCode(ran, 0);
      assert.match(ran.text, /^\d+\.\d+\.\d+ \(Claude Code\)\n$/);
    }
    const said = both.map(({ errorText }) => errorText);
    const fetched = said.filter((text) => text.includes("installing @anthropic-ai/claude-code"));
    assert.equal(fetched.length, 1, said.join("\n---\n"));
  }

  async function printTurn(ct: Program, mock: AnthropicMock): Promise<void> {
    const prompt = ["-p", "hi", "--output-format", "stream-json", "--verbose"];
    const turn = await ct.call(words(...prompt, "--dangerously-skip-permissions"), {
      env: variables(mock),
    });
    assertCode(turn, 0);
    assert.equal(turn.errorText, "");
    const events = turn.text.trim().split("\n").map((line) => JSON.parse(line));
    assert.equal(events.at(-1).result, FINAL_TEXT);
    assert.ok(JSON.stringify(events).includes("from-the-tool"));
    assert.equal(await Deno.readTextFile(`${ct.project}/tool-ran`), `${Deno.uid()}\n`);
  }

  async function interactiveTurn(ct: Program, mock: AnthropicMock): Promise<void> {
    await Deno.remove(`${ct.project}/tool-ran`);
    await Deno.writeTextFile(`${ct.data}/homes/claude/.claude.json`, JSON.stringify(SETTLED));
    const exports = Object.entries(variables(mock)).map(([name, value]) => `${name}=${value}`);
    const command = `ct ${words("--dangerously-skip-permissions").join(" ")}`;
    await using pane = await openPane(ct, `export ${exports.join(" ")}\n${command}`);
    await pane.sees(/bypass permissions on/);
    await pane.type("hi");
    await pane.sees(/^❯\shi/m);
    await pane.press("Enter");
    await pane.sees(new RegExp(FINAL_TEXT));
    assert.equal(await Deno.readTextFile(`${ct.project}/tool-ran`), `${Deno.uid()}\n`);
    await pane.type("/exit");
    await pane.sees(/^❯\s\/exit/m);
    await pane.press("Enter");
    assert.equal(await pane.ended(), 0);
  }
});

/** What a first start asks a person. */
const SETTLED = {
  hasCompletedOnboarding: true,
  theme: "dark",
  bypassPermissionsModeAccepted: true,
  customApiKeyResponses: { approved: [KEY.slice(-20)], rejected: [] },
  projects: { "/projects/demo": { hasTrustDialogAccepted: true, allowedTools: [] } },
};

function variables(mock: AnthropicMock): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: mock.url,
    ANTHROPIC_API_KEY: KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
}
