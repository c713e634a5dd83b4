/** The proofs that were made: what `prove` noted of each in ledger.proofs. */
import { depths } from '#functions/prove/depth.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { askable } from './asking/askable.ts';
import type { Backbone } from './backbone.ts';
import { type Reach, standingAfter } from './standing.ts';

type Row = Omit<ProofNote, 'provedAt'> & { readonly proved_at: Date };

const noteOf = <More>({ proved_at, ...row }: Row & More) => ({ ...row, provedAt: proved_at.toISOString() });

/** A check as it is noted, with the first places that are off. */
export interface CheckNote {
  readonly name: string;
  readonly expected: number | string;
  readonly actual: number | string;
  readonly where: readonly string[];
  /** Absent of a proof of before this was kept. */
  readonly balanced?: boolean;
}

/** Long texts are cut, so two that differ may look the same. */
export const isBalanced = ({ expected, actual, where, balanced }: CheckNote): boolean =>
  balanced ?? (expected === actual && where.length === 0);

export interface ProofNote extends Reach {
  /** Its number in ledger.proofs; grows with each that ends. */
  readonly id: number;
  /** When it began, ISO 8601, UTC. */
  readonly provedAt: string;
  readonly seconds: number;
  readonly balanced: boolean;
  readonly checks: number;
  /** The checks that are off. */
  readonly off: readonly CheckNote[];
}

/** A proof with all that is kept of it. */
export interface WholeProof extends ProofNote {
  /** How far back was read, in words; null if it wasn't kept. */
  readonly read: string | null;
  /** In the order of the proof; null if it is so old that only those which were off are kept. */
  readonly every: readonly CheckNote[] | null;
  readonly streams: Proof['streams'];
}

export interface ProofsAsked {
  /** How many at most. */
  readonly limit: number;
  /** Only those with a greater number. */
  readonly after?: number | undefined;
  /** Only those with a smaller number. */
  readonly before?: number | null | undefined;
}

const COLUMNS = `
  proof_id as id, proved_at, extract(epoch from took)::float8 as seconds, depth, everything as "all", dags, balanced, proofs.checks, off`;

/** The latest, the newest first. */
export const readProofs = askable(
  'readProofs',
  async ({ pool }: Pick<Backbone, 'pool'>, { limit, after = 0, before = null }: ProofsAsked): Promise<ProofNote[]> => {
    const query = `
    select ${COLUMNS}
    from ledger.proofs
    where proof_id > $1 and proof_id < coalesce($2, 9223372036854775807)
    order by proof_id desc
    limit $3`;
    const { rows } = await pool.query<Row>(query, [after, before, limit]);
    return rows.map(noteOf);
  },
);

/** So many of a reach may be under way at the same time: the last of them to end may have begun before the others. */
const AT_ONCE = 4;

/**
 * The proofs whose fault stood before proof number `before`, oldest first, each with the checks that did: of each reach the latest, unless one
 * that looks as far came later.
 *
 * @param before absent: those that stand now
 */
export const readStanding = askable(
  'readStanding',
  async (
    { pool }: Pick<Backbone, 'pool'>,
    { before = null }: Pick<ProofsAsked, 'before'> = {},
  ): Promise<ProofNote[]> => {
    const query = `
    with reaches as (
      select *
      from
        unnest($1::text[]) as of_depth,
        unnest(array[true, false]) as of_everything,
        unnest(array[true, false]) as of_dags
    )

    select ${COLUMNS}
    from reaches
    cross join lateral (
      select *
      from ledger.proofs
      where (depth, everything, dags) = (of_depth, of_everything, of_dags)
        and proof_id < coalesce($2, 9223372036854775807)
      order by proof_id desc
      limit ${AT_ONCE}
    ) as proofs
    order by proof_id`;
    const { rows } = await pool.query<Row>(query, [depths, before]);
    return [...standingAfter([], rows.map(noteOf))];
  },
);

/**
 * One proof whole.
 *
 * @param id the latest if absent
 * @returns undefined if there is none, or none any more
 */
export const wholeProof = askable(
  'wholeProof',
  async (
    { pool }: Pick<Backbone, 'pool'>,
    { id = null }: { readonly id?: number | null | undefined } = {},
  ): Promise<WholeProof | undefined> => {
    const query = `
    select ${COLUMNS}, totals as streams, read, proof_checks.checks as every
    from ledger.proofs
    left join ledger.proof_checks using (proof_id)
    where proof_id = coalesce($1, (select max(proof_id) from ledger.proofs))`;
    const { rows } = await pool.query<Row & Pick<WholeProof, 'every' | 'read' | 'streams'>>(query, [id]);
    return rows.map((row) => noteOf(row))[0];
  },
);

/** As `npx tillstream proof --json` printed it, but for places beyond the first ten of a check; undefined if not all checks are kept. */
export function asPrinted({ balanced, all, read, every, streams }: WholeProof): Proof | undefined {
  if (!every) return undefined;
  const checks = every.map((check) => {
    const { name, expected, actual, where } = check;
    return { name, balanced: isBalanced(check), expected, actual, where };
  });
  return { balanced, all, ...(read !== null && { read }), checks, streams };
}

/** What the proofs say of now. */
export interface StandingVerdict {
  /** Null if nothing was proved yet. */
  readonly balanced: boolean | null;
  /** When the latest proof began, ISO 8601, UTC. */
  readonly provedAt: string | null;
  /** Proofs whose fault stands, the latest first. */
  readonly off: readonly ProofNote[];
}

export async function readVerdict(backbone: Pick<Backbone, 'pool'>): Promise<StandingVerdict> {
  const [[latest], off] = await Promise.all([readProofs(backbone, { limit: 1 }), readStanding(backbone)]);
  return { balanced: latest ? off.length === 0 : null, provedAt: latest?.provedAt ?? null, off: off.toReversed() };
}
