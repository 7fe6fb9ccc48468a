/** Finds the word that somebody meant. Pure. */

/** The known word closest to `word`, or undefined when none is close enough to be a slip. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A third of the word, and always two slips: beyond that a guess confuses more than it helps.
  let limit = Math.max(2, Math.floor(word.length / 3));
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const slips = distance(word, candidate);
    if (slips > limit || (slips === limit && best !== undefined)) continue;
    best = candidate;
    limit = slips;
  }
  return best;
}

/** Levenshtein distance: letters added, lost or replaced. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
