/** How the bench counts and judges; the programs that it times here do nothing. */
import assert from "node:assert/strict";
import { allowance, formatTable, interleave, judge, median } from "../../scripts/measure.ts";

Deno.test("bench median: takes the middle, or the mean of the two middles", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 100]), 3.5);
  assert.equal(median([7]), 7);
});

Deno.test("bench budget: is a limit, or follows its reference", () => {
  assert.equal(allowance({ most: 60 }, undefined), 60);
  assert.equal(allowance({ ratio: 1.5, plus: 10 }, 20), 40);
  assert.equal(allowance({ ratio: 1.5, plus: 10 }, undefined), undefined);
  assert.equal(judge(40, { ratio: 1.5, plus: 10 }, 20).verdict, "ok");
  assert.equal(judge(41, { ratio: 1.5, plus: 10 }, 20).verdict, "over");
  assert.equal(judge(1, { ratio: 1.5, plus: 10 }, undefined).verdict, "skipped");
});

Deno.test("bench run: times both and refuses to time a failure", async () => {
  const good = { command: "true", args: [] };
  const times = await interleave([good, good], 2);
  assert.equal(times.length, 2);
  assert.ok(times.every((time) => time > 0 && time < 10_000));
  await assert.rejects(interleave([{ command: "false", args: [] }], 1), /false .*exited with 1/);
});

Deno.test("bench table: shows numbers, verdict and why something is missing", () => {
  const table = formatTable([
    {
      name: "a",
      unit: "ms",
      measured: 30,
      reference: 20,
      allowed: 32,
      verdict: "ok",
      note: "empty",
    },
    {
      name: "b",
      unit: "ms",
      measured: undefined,
      reference: undefined,
      allowed: undefined,
      verdict: "skipped",
      note: "no docker",
    },
  ]);
  const [, first, second] = table.split("\n");
  assert.match(first ?? "", /^a +ms +30\.0 +32\.0 +20\.0 +1\.50 x +ok +empty$/);
  assert.match(second ?? "", /^b +ms +- .*skipped +no docker$/);
});
