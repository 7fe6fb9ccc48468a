/**
 * Times two programs in turns and judges the first by the second. A busy machine slows both, so the
 * ratio stays; that is why every budget names a reference. Knows no case; bench.ts has them.
 */

/** A program to start. What it prints is thrown away. */
export interface Start {
  command: string;
  args: readonly string[];
  cwd?: string;
  env?: Readonly<Record<string, string>>;
}

/** The most that is allowed: `ratio` times the reference plus `plus`, or simply `most`. */
export type Budget = { ratio: number; plus: number } | { most: number };

export interface Result {
  name: string;
  unit: "ms" | "MB";
  /** Undefined when it was skipped. */
  measured: number | undefined;
  reference: number | undefined;
  /** What the reference is, or why the case was skipped. */
  note: string;
  allowed: number | undefined;
  verdict: "ok" | "over" | "skipped" | "failed";
}

const WARM_UPS = 2;

/**
 * Median milliseconds of each program over `runs` runs in turns.
 *
 * @throws when a program does not exit with 0: a fast failure is not a measurement.
 */
export async function interleave(starts: readonly Start[], runs: number): Promise<number[]> {
  const times: number[][] = starts.map(() => []);
  for (let run = -WARM_UPS; run < runs; run++) {
    for (const [i, start] of starts.entries()) {
      const time = await timeOnce(start);
      if (run >= 0) times[i]?.push(time);
    }
  }
  return times.map(median);
}

async function timeOnce({ command, args, cwd, env }: Start): Promise<number> {
  const since = performance.now();
  const { code, stderr } = await new Deno.Command(command, {
    args: [...args],
    ...(cwd !== undefined && { cwd }),
    ...(env !== undefined && { env: { ...env } }),
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal: AbortSignal.timeout(120_000),
  }).output();
  const time = performance.now() - since;
  if (code === 0) return time;
  const words = new TextDecoder().decode(stderr).trim();
  throw new Error(`${command} ${args.join(" ")} exited with ${code}: ${words}`);
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = sorted.length % 2 === 1
    ? [sorted[middle], sorted[middle]]
    : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}

/** What the budget comes to; undefined when it asks for a reference that there is not. */
export function allowance(budget: Budget, reference: number | undefined): number | undefined {
  if ("most" in budget) return budget.most;
  return reference === undefined ? undefined : budget.ratio * reference + budget.plus;
}

export function judge(
  measured: number,
  budget: Budget,
  reference: number | undefined,
): Pick<Result, "allowed" | "verdict"> {
  const allowed = allowance(budget, reference);
  if (allowed === undefined) return { allowed, verdict: "skipped" };
  return { allowed, verdict: measured <= allowed ? "ok" : "over" };
}

/** The results as an aligned table. */
export function formatTable(results: readonly Result[]): string {
  const number = (value: number | undefined) => value === undefined ? "-" : value.toFixed(1);
  const rows = [
    ["what", "unit", "measured", "allowed", "reference", "ratio", "", "note"],
    ...results.map(({ name, unit, measured, allowed, reference, verdict, note }) => {
      const isBoth = measured !== undefined && reference !== undefined;
      const ratio = isBoth ? `${(measured / reference).toFixed(2)} x` : "-";
      const numbers = [number(measured), number(allowed), number(reference), ratio];
      return [name, unit, ...numbers, verdict, note];
    }),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  const line = (row: string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}
