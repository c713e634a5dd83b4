/** Whether anything moves, so that what stands still is looked at and proved more seldom. */

/** What stands still is proved too, more seldom: something may wait too long, or a DAG have failed. */
const AT_LEAST_EVERY_MS = 300_000;

export interface Due {
  /** Whether to prove now. @param written by `readWritten` (operations/written.ts); undefined if that is no reason to leave it out */
  isDue(written: string | undefined, now: number): boolean;
}

/** Remembers what was written when it last said that a proof is due. */
export function proofsDue(): Due {
  let last: { readonly written: string | undefined; readonly at: number } | undefined;
  return {
    isDue(written, now) {
      const isDue =
        last === undefined ||
        written === undefined ||
        written !== last.written ||
        Math.abs(now - last.at) >= AT_LEAST_EVERY_MS;
      if (isDue) last = { written, at: now };
      return isDue;
    },
  };
}

/** Milliseconds between two looks at how far the streams have come: fewer once nothing has changed for half a minute. */
export const lookAgainAfter = (unchangedLooks: number): number => (unchangedLooks < 30 ? 1_000 : 5_000);
