/** The proofs that were made: what `prove` noted of each in ledger.proofs. */
import { askable } from './asking/askable.ts';
import type { Backbone } from './backbone.ts';

export interface ProofNote {
  /** When it began, ISO 8601, UTC. */
  readonly provedAt: string;
  readonly seconds: number;
  readonly depth: 'books' | 'objects' | 'rows' | 'kafka';
  /** Whether it read everything, what earlier ones had closed included. */
  readonly all: boolean;
  readonly balanced: boolean;
  readonly checks: number;
  /** The checks that are off, with the first places. */
  readonly off: readonly {
    readonly name: string;
    readonly expected: number | string;
    readonly actual: number | string;
    readonly where: readonly string[];
  }[];
}

/** A proof with its number in ledger.proofs, which grows. */
export interface NumberedProof extends ProofNote {
  readonly id: number;
}

export interface ProofsAsked {
  /** How many at most. */
  readonly limit: number;
  /** Only those with a greater number. */
  readonly after?: number | undefined;
}

/** The latest, the newest first. */
export const readProofs = askable(
  'readProofs',
  async ({ pool }: Pick<Backbone, 'pool'>, { limit, after = 0 }: ProofsAsked): Promise<NumberedProof[]> => {
    const query = `
    select proof_id as id, proved_at, extract(epoch from took)::float8 as seconds, depth, everything as "all", balanced, checks, off
    from ledger.proofs
    where proof_id > $1
    order by proof_id desc
    limit $2`;
    const { rows } = await pool.query<Omit<NumberedProof, 'provedAt'> & { proved_at: Date }>(query, [after, limit]);
    return rows.map(({ proved_at, ...row }) => ({ ...row, provedAt: proved_at.toISOString() }));
  },
);
