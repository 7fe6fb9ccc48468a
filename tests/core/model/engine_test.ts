/** Which engine is chosen: every wish, every memory, every set of engines that answers. */
import assert from "node:assert/strict";
import { chooseEngine, DRIVEN, ENGINE_NAMES } from "../../../core/model/engine.ts";
import type { EngineFacts, EngineName } from "../../../core/model/engine.ts";

function facts(name: EngineName, answers: boolean, installed = true): EngineFacts {
  const rest = { version: undefined, endpoint: undefined, rootless: false, far: false };
  return { name, installed, answers, ...rest, detail: answers ? undefined : "why not" };
}

/** Every subset of the engines, as those that answer. */
const SUBSETS = Array.from(
  { length: 2 ** ENGINE_NAMES.length },
  (_, bits) => ENGINE_NAMES.filter((_, i) => (bits >> i) % 2 === 1),
);

const WANTED = ["auto", ...ENGINE_NAMES] as const;
const LAST = [undefined, ...ENGINE_NAMES] as const;

/** The rule in other words: what is chosen, or undefined for a refusal. */
function expected(
  wanted: typeof WANTED[number],
  last: typeof LAST[number],
  answering: readonly EngineName[],
): EngineName | undefined {
  const usable = answering.filter((name) => DRIVEN.includes(name));
  if (wanted !== "auto") return usable.find((name) => name === wanted);
  // Native is the last resort, and never the first choice for having been used.
  const remembered = usable.find((name) => name === last && name !== "native");
  return remembered ?? usable.find((name) => name !== "native") ?? usable[0];
}

Deno.test("engine choose: the rule, in all combinations", () => {
  for (const wanted of WANTED) {
    for (const last of LAST) {
      for (const answering of SUBSETS) {
        const all = ENGINE_NAMES.map((name) => facts(name, answering.includes(name)));
        const words = `${wanted}, last ${last}, answering ${answering}`;
        const want = expected(wanted, last, answering);
        if (want === undefined) {
          assert.throws(() => chooseEngine(wanted, last, all), { code: "unavailable" }, words);
        } else {
          const { name, notice } = chooseEngine(wanted, last, all);
          assert.equal(name, want, words);
          // Only a last resort that nobody asked for is worth a line.
          assert.equal(notice !== undefined, name === "native" && wanted === "auto", words);
        }
      }
    }
  }
});

Deno.test("engine choose: a refusal says what is wrong and what would help", () => {
  const all = [facts("docker", false), facts("native", false, false)];
  const refused = (wanted: EngineName | "auto", message: RegExp, hint: RegExp) =>
    assert.throws(() => chooseEngine(wanted, undefined, all), { message, hint });
  refused("docker", /"docker": it does not answer/, /why not/);
  refused("native", /"native": it is not installed/, /why not/);
  refused("podman", /"podman": not built yet/, /ct engine list/);
  refused("auto", /Cannot find an engine/, /ct engine list/);
});

Deno.test("engine choose: says why", () => {
  const all = [facts("docker", true), facts("native", true)];
  assert.match(chooseEngine("docker", undefined, all).why, /asks for it/);
  assert.match(chooseEngine("auto", "docker", all).why, /used last/);
  assert.match(chooseEngine("auto", undefined, all).why, /first that answers/);
});
