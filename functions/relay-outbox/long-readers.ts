import type { Pool } from '#adapters/postgres/index.ts';

/** Of bi_reader, whose sessions begin with a limit of ten minutes, and may lift it. */
const LONGEST = '15 minutes';

/**
 * Ends the sessions of bi_reader in which a transaction has gone on for too long: as long as it goes on, vacuum can't remove the dead
 * rows that each message leaves in the outbox.
 *
 * @returns how many were ended
 */
export async function endLongReaders(pool: Pool, longest = LONGEST): Promise<number> {
  const { rows } = await pool.query<{ ended: number }>('select ledger.end_long_readers($1) as ended', [longest]);
  return rows[0]?.ended ?? 0;
}
