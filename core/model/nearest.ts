/** The known word that a mistyped one was probably meant to be: keys, flags, names. Pure. */

/** Undefined when nothing is near enough to be a likely slip of the fingers. */
export function nearest(typed: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const word of known) {
    const steps = distance(typed.toLowerCase(), word);
    if (steps < least) [best, least] = [word, steps];
  }
  return best;
}

/** How many letters to add, drop, change or swap with their neighbour to get from one to the other. */
function distance(from: string, to: string): number {
  let older: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (older[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [older, last] = [last, next];
  }
  return last[to.length] ?? 0;
}
