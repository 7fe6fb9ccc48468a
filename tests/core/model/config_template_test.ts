/** The template and the table say the same, both ways. */
import assert from "node:assert/strict";
import { parse } from "@std/toml";
import { DEFAULT_CONFIG, readConfig } from "../../../core/model/config.ts";
import { CONFIG_KEYS } from "../../../core/model/config_keys.ts";
import { configDocs, configTemplate } from "../../../core/model/config_template.ts";

Deno.test("config template: every key but the retired ones, with its default and no finding", () => {
  const { values, findings, config } = readConfig(configTemplate());
  assert.deepEqual(findings, []);
  assert.deepEqual(config, DEFAULT_CONFIG);
  const wanted = CONFIG_KEYS.filter(({ state, fallback }) => {
    return state.kind !== "retired" && fallback !== undefined;
  });
  assert.deepEqual([...values.keys()], wanted.map(({ key }) => key));
  for (const { key, fallback } of wanted) assert.deepEqual(values.get(key)?.value, fallback, key);
});

Deno.test("config template: the examples are valid and show every key of the user's naming", () => {
  const text = configTemplate().replaceAll(/^# (\[|\w+ = )/gm, "$1");
  const { values, findings } = readConfig(text);
  assert.deepEqual(findings.filter(({ level }) => level !== "note"), []);
  const shown = new Set([...values.values()].map(({ record }) => record.key));
  for (const { key, state } of CONFIG_KEYS) {
    assert.equal(shown.has(key), state.kind !== "retired", key);
  }
});

Deno.test("config template: one header per section, and lines that fit a terminal", () => {
  assert.doesNotThrow(() => parse(configTemplate()));
  for (const line of configTemplate().split("\n")) assert.ok(line.length <= 100, line);
});

Deno.test("config docs: a row for every key", () => {
  const rows = configDocs().split("\n").filter((line) => line.startsWith("| `"));
  assert.equal(rows.length, CONFIG_KEYS.length);
  for (const [i, { key }] of CONFIG_KEYS.entries()) assert.ok(rows[i]?.includes(`\`${key}\``), key);
});

Deno.test("config docs: the files that are checked in are what the table says", async () => {
  const root = new URL("../../../", import.meta.url);
  assert.equal(await Deno.readTextFile(new URL("templates/config.toml", root)), configTemplate());
  assert.equal(await Deno.readTextFile(new URL("docs/config.md", root)), configDocs());
});
