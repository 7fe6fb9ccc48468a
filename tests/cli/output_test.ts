/** How things look: tables line up, one status line rewrites itself, and pipes get plain text. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { createNotes, createOutput } from "../../cli/output.ts";
import { createStyle } from "../../cli/style.ts";
import { displayWidth, fit, formatTable } from "../../cli/table.ts";
import { age, duration, size } from "../../cli/words.ts";
import { createFakeClock } from "../fakes/clock.ts";

const plainStyle = createStyle(false);
const columns = [
  { title: "name", value: ([name]: string[]) => name ?? "" },
  { title: "state", value: ([, state]: string[]) => state ?? "" },
];

function makeOutput({ isTerminal = false, codes = true } = {}) {
  const written: string[] = [];
  const clock = createFakeClock();
  const sink = (name: string) => ({
    write: (text: string) => void written.push(`${name}${text}`),
    isTerminal,
    columns: () => 40,
  });
  const stdout = sink("1:");
  const stderr = sink("2:");
  return {
    written,
    clock,
    output: createOutput({ stdout, stderr, colours: true, codes, clock }),
    /** What was written since the last time. */
    take: () => written.splice(0).join(""),
  };
}

Deno.test("table: columns are as wide as their longest cell, without trailing blanks", () => {
  assert.deepEqual(formatTable([["a", "running"], ["longest", ""]], columns, plainStyle), [
    "NAME     STATE",
    "a        running",
    "longest",
  ]);
});

Deno.test("table: wide, combined and invisible letters take the columns that they show", () => {
  const widths: [text: string, width: number][] = [
    ["plain", 5],
    ["é", 1],
    ["e\u0301", 1],
    ["漢字", 4],
    ["한글", 4],
    ["ｆｕｌｌ", 8],
    ["🙂", 2],
    ["👩‍👩‍👧", 2],
    ["❤️", 2],
    ["\u200b", 0],
  ];
  for (const [text, width] of widths) assert.equal(displayWidth(text), width, text);
  const [, wide, narrow] = formatTable([["漢字", "x"], ["ab", "x"]], columns, plainStyle);
  assert.deepEqual([wide, narrow], ["漢字  x", "ab    x"]);
});

Deno.test("table: no cell can leave its row or reach the terminal", () => {
  fc.assert(fc.property(fc.array(fc.array(fc.string({ unit: "binary" }))), (rows) => {
    const lines = formatTable(rows, columns, plainStyle);
    assert.equal(lines.length, rows.length + 1);
    for (const line of lines) assert.doesNotMatch(line, /\p{Cc}/u);
  }));
});

Deno.test("table: looks do not change the widths", () => {
  const look = (cell: string) => createStyle(true).good(cell);
  const [, first] = formatTable([["a", "b"]], [{
    ...columns[0],
    title: "name",
    look,
    value: () => "a",
  }, {
    title: "x",
    value: () => "b",
  }], plainStyle);
  assert.equal(first, "\x1b[32ma\x1b[39m     b");
});

Deno.test("fit: keeps what fits, and says that something is missing", () => {
  assert.equal(fit("abc", 3), "abc");
  assert.equal(fit("abcd", 3), "ab…");
  assert.equal(fit("漢字漢", 4), "漢…");
  assert.equal(fit("abc", 0), "");
});

Deno.test("output: data goes to stdout with the same keys always, notes go to stderr", () => {
  const { output, written } = makeOutput();
  output.json({ a: undefined, b: [undefined, 0, false, ""] });
  output.err("note");
  const [json, note] = written;
  assert.equal(note, "2:note\n");
  assert.deepEqual(JSON.parse(json?.slice(2) ?? ""), { a: null, b: [null, 0, false, ""] });
});

Deno.test("status: on a terminal is one line with seconds and the last output, dimmed", () => {
  const { output, clock, take } = makeOutput({ isTerminal: true });
  {
    using status = output.status("Building");
    assert.equal(take(), "2:\r\x1b[2KBuilding 0 s");
    status.line("\x1b[31mstep 1\x1b[0m\tred");
    assert.equal(take(), "2:\r\x1b[2KBuilding 0 s  \x1b[2mstep 1  red\x1b[22m");
    clock.advance(2000);
    assert.ok(take().endsWith("Building 2 s  \x1b[2mstep 1  red\x1b[22m"));
    status.line(`10%\r20%\r${"x".repeat(60)}`);
    const shown = take().replaceAll(/2:|\r|\p{Cc}\[\d*[Km]/gu, "");
    assert.match(shown, /^Building 2 s {2}x+…$/);
    assert.ok(displayWidth(shown) < 40);
  }
  assert.equal(take(), "2:\r\x1b[2K");
  clock.advance(5000);
  assert.equal(take(), "");
});

Deno.test("status: elsewhere is all lines, plainly", () => {
  for (const world of [{}, { isTerminal: true, codes: false }]) {
    const { output, clock, take } = makeOutput(world);
    using status = output.status("Building");
    status.line("\x1b[31mstep 1\x1b[0m\r");
    clock.advance(9000);
    assert.equal(take(), "2:Building\n2:step 1\n");
  }
});

Deno.test("notes: progress goes away with the next note, and does not move by itself", () => {
  const { output, clock, take } = makeOutput({ isTerminal: true });
  {
    using notes = createNotes(output, false);
    notes.progress("fetching");
    assert.ok(take().endsWith("Preparing the box 0 s  \x1b[2mfetching\x1b[22m"));
    clock.advance(5000);
    assert.equal(take(), "");
    notes.progress("unpacking");
    assert.match(take(), /Preparing the box 5 s /);
    notes.note("ready");
    assert.equal(take(), "2:\r\x1b[2K2:ready\n");
    notes.progress("more");
    take();
  }
  assert.equal(take(), "2:\r\x1b[2K");
});

Deno.test("words: numbers as people say them", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  assert.deepEqual(
    ["11:59:30", "11:58:59", "09:00:00", "12:00:05"].map((at) => age(`2026-11-20T${at}Z`, now)),
    ["30 s ago", "1 min ago", "3 h ago", "0 s ago"],
  );
  assert.deepEqual([age("2026-11-18T11:00:00Z", now), age("?", now)], ["2 d ago", "?"]);
  assert.deepEqual([0, 1023, 1536, 1.5 * 2 ** 30, 2 ** 50].map(size), [
    "0 B",
    "1023 B",
    "1.5 KiB",
    "1.5 GiB",
    "1024 TiB",
  ]);
  assert.deepEqual([5, 1500, 83_400].map(duration), ["5 ms", "1.5 s", "1 min 23 s"]);
});
