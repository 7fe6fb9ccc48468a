/** A clock that stands still until a test moves it. */
import type { Clock } from "../../core/ports.ts";

export interface FakeClock extends Clock {
  /** Moves on and calls what is due, in order. */
  advance(ms: number): void;
}

export function createFakeClock(start = Date.parse("2026-11-20T12:00:00Z")): FakeClock {
  let now = start;
  let nextId = 1;
  const timers = new Map<number, { at: number; callback: () => void }>();
  const due = (until: number) =>
    [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
  return {
    now: () => now,
    setTimeout(callback, ms) {
      timers.set(nextId, { at: now + ms, callback });
      return nextId++;
    },
    clearTimeout: (id) => void timers.delete(Number(id)),
    advance(ms) {
      const until = now + ms;
      for (let next = due(until); next !== undefined; next = due(until)) {
        const [id, { at, callback }] = next;
        timers.delete(id);
        now = at;
        callback();
      }
      now = until;
    },
  };
}
