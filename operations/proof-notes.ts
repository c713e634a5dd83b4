/** Reads what `prove` noted of the proofs that were made. */
import type { Pool } from '#adapters/postgres/index.ts';
import type { ProofNote } from './proofs.ts';

export interface NotedProof extends ProofNote {
  /** Greater than that of every proof that was noted before. */
  readonly id: number;
}

const NOTES = `
  select
    proof_id as id,
    to_char(proved_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "provedAt",
    extract(epoch from took)::float8 as seconds,
    depth,
    everything as "all",
    balanced,
    checks,
    off
  from ledger.proofs`;

/** The newest first. @param before only those that were noted before this one */
export async function latestProofs(
  pool: Pool,
  { limit, before = null }: { readonly limit: number; readonly before?: number | null },
): Promise<NotedProof[]> {
  const { rows } = await pool.query<NotedProof>(
    `${NOTES} where $1::bigint is null or proof_id < $1 order by proof_id desc limit $2`,
    [before, limit],
  );
  return rows;
}

/** The oldest first. */
export async function proofsSince(pool: Pool, id: number): Promise<NotedProof[]> {
  const { rows } = await pool.query<NotedProof>(`${NOTES} where proof_id > $1 order by proof_id`, [id]);
  return rows;
}
