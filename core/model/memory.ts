/** How `sandbox.memory` is written, and how many bytes it means on a machine. Pure. */

const PERCENT = /^(100|[1-9][0-9]?)%$/;
const SIZE = /^([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([MGT])iB$/;
const UNITS: Readonly<Record<string, number>> = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** For messages: what `isMemory` accepts. */
export const MEMORY_FORM = 'a share of the host such as "75%", a size such as "4GiB", or "0"';

export function isMemory(text: string): boolean {
  return text === "0" || PERCENT.test(text) || SIZE.test(text);
}

/**
 * Bytes that `text` allows on a host with `hostBytes`; 0 means no limit of ours.
 *
 * @throws RangeError for words that `isMemory` refuses: the config reader has let none through.
 */
export function memoryBytes(text: string, hostBytes: number): number {
  if (text === "0") return 0;
  const percent = PERCENT.exec(text)?.[1];
  if (percent !== undefined) return Math.floor(hostBytes * Number(percent) / 100);
  const [, amount = "", unit = ""] = SIZE.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined) throw new RangeError(`not an amount of memory: ${text}`);
  return Math.floor(Number(amount) * factor);
}
