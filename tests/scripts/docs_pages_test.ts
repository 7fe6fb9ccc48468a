/** The generated pages hold everything that there is to say; `deno task docs --check` compares. */
import assert from "node:assert/strict";
import { ENTRIES } from "../../cli/registry.ts";
import { RUN_COMMANDS } from "../../cli/passthrough.ts";
import { ERROR_CODES } from "../../core/errors.ts";
import { CONFIG_KEYS } from "../../core/model/config_keys.ts";
import { makePages } from "../../scripts/docs_pages.ts";

Deno.test("docs pages: hold every command, agent, key and error code", async () => {
  const pages = await makePages();
  const page = (path: string) => pages[path] ?? assert.fail(`there is no ${path}`);
  for (const { path, summary } of ENTRIES) {
    const text = page(`docs/cli/${path[0]}.md`);
    assert.ok(text.includes(`## ct ${path.join(" ")}\n\n${summary}.`), path.join(" "));
  }
  for (const { kind, path: [name] } of RUN_COMMANDS) {
    const where = kind === "agent" ? "agent" : name;
    assert.ok(page(`docs/cli/${where}.md`).includes(`ct ${name}`), name);
  }
  for (const { key } of CONFIG_KEYS) assert.ok(page("docs/config.md").includes(key), key);
  for (const code of Object.keys(ERROR_CODES)) {
    assert.match(page("docs/errors.md"), new RegExp(`\`${code}\` \\| \\d+ \\| \\d+ \\| \\w+`));
  }
});

Deno.test("docs pages: words outside of code cannot become tags or new cells", async () => {
  const pages = await makePages();
  for (const [path, text] of Object.entries(pages)) {
    if (!path.endsWith(".md")) continue;
    const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, "").replaceAll(/`[^`]*`/g, "");
    assert.ok(!/<[a-z]/i.test(prose), `${path} has a tag`);
  }
});
