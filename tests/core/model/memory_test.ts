/** Amounts of memory in words. */
import assert from "node:assert/strict";
import { isMemory, memoryBytes } from "../../../core/model/memory.ts";

Deno.test("memory: shares of the host, sizes, and no limit", () => {
  assert.equal(memoryBytes("75%", 1000), 750);
  assert.equal(memoryBytes("100%", 1001), 1001);
  assert.equal(memoryBytes("4GiB", 0), 4 * 2 ** 30);
  assert.equal(memoryBytes("1.5 MiB", 0), 1.5 * 2 ** 20);
  assert.equal(memoryBytes("0", 1000), 0);
});

Deno.test("memory: other words are refused", () => {
  for (const text of ["", "0%", "101%", "4G", "4gb", "-1GiB", "lots", "1e9", "4GiB "]) {
    assert.equal(isMemory(text), false, text);
    assert.throws(() => memoryBytes(text, 1000), RangeError);
  }
});
