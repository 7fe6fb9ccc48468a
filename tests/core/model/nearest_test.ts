/** Slips of the fingers. */
import assert from "node:assert/strict";
import { nearest } from "../../../core/model/nearest.ts";

Deno.test("nearest: a letter lost, added, changed or swapped still finds the word", () => {
  const words = ["claude", "codex", "crush"];
  for (const typed of ["clade", "claudee", "clause", "cluade", "CLAUDE"]) {
    assert.equal(nearest(typed, words), "claude", typed);
  }
});

Deno.test("nearest: a word that is like none is left alone", () => {
  assert.equal(nearest("window", ["claude", "codex"]), undefined);
  assert.equal(nearest("", ["ab"]), undefined);
});
