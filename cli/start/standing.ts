/** What the proofs say of now, as `status` and the page have it: read again with each proof that was noted, whoever has made it. */
import type { StandingVerdict } from '#operations/proofs.ts';

export interface Standing {
  /** As it was last read; undefined before. */
  verdict(): StandingVerdict | undefined;
  /** @param newest number of the newest proof; null if there is none */
  noted(newest: number | null): Promise<void>;
}

/** One that can't be read is left as it was, and tried again when it is next told of. */
export function openStanding(read: () => Promise<StandingVerdict>): Standing {
  let verdict: StandingVerdict | undefined;
  let known: number | null = null;
  let isReading = false;
  return {
    verdict: () => verdict,
    async noted(newest) {
      if (newest === known || isReading) return;
      isReading = true;
      try {
        verdict = await read();
        known = newest;
      } catch {
      } finally {
        isReading = false;
      }
    },
  };
}
