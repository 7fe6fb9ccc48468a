/** Lets everything happen that waits for nothing but its turn. No time passes. */

/** Far more turns than any chain of promises in these tests has links. */
const TURNS = 200;

export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await Promise.resolve();
}
