/** The payments as their DAG sees them: by the hour, late ones against the alert's limits, and what waits for it. */

import type { Pool } from '#adapters/postgres/index.ts';
import { INDEX } from '#functions/prove/pipelines/transactions.ts';
import { isLate, LEAST_LATE, type Thresholds, thresholds } from '#functions/run-transformations/lateness.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { type CheckNote, isBalanced, readStanding } from '../proofs.ts';
import { type CountHours, type HourCounted, hoursOf, LATENCIES } from './hours.ts';

export interface Hour extends HourCounted {
  /** Late ones as a share of all, 0 to 1. */
  readonly ratio: number;
  /** Whether the alert names it. */
  readonly isLate: boolean;
}

/** Hours that wait. */
export interface Waiting {
  readonly hours: number;
  /** ISO 8601, UTC; null if none waits. */
  readonly since: string | null;
}

export interface PaymentsLook {
  /** Ascending; those without payments are absent. */
  readonly hours: readonly Hour[];
  /** A payment is late that came more seconds than these after it was made. */
  readonly lateAfterSeconds: number;
  /** Upper bounds of the classes of `took`, in seconds. */
  readonly latencies: readonly number[];
  /** A larger share of an hour alerts, from so many late ones on; and so many late ones of all. */
  readonly alert: Thresholds & { readonly from: number };
  /** To be transformed, and then to be indexed. */
  readonly toTransform: Waiting;
  readonly toIndex: Waiting;
  /** The last transformation, and the last comparison of all hours with the index, ISO 8601; null before the first. */
  readonly transformedAt: string | null;
  readonly comparedAt: string | null;
  readonly index: IndexState | null;
  /** What the last proof said that compared the whole index, as prove_everything does each night; null if none is known. */
  readonly wholeIndex: IndexState | null;
}

/**
 * Whether the index equals the view, by the proofs: not as long as one stands that found otherwise, else as the last one said that compared
 * them; null if none did, of the last fifty.
 */
export interface IndexState {
  readonly provedAt: string;
  /** Whether that proof compared all hours, or those that may have changed since what was closed. */
  readonly all: boolean;
  readonly equal: boolean;
  readonly where: readonly string[];
}

export const DAG = 'process_kafka_to_postgres';

/** As sql/proof/overdue_transformation.sql and overdue_index.sql have it. */
const STATE = `
  select
    (select count(*) from payments.changed_hours) as "toTransform",
    (
      select min(greatest(waiting_since, transformed_at))
      from payments.changed_hours
      left join payments.transformed_hours using (event_hour)
    ) as "transformSince",
    (select count(*) from payments.transformed_hours where indexed_as_of is distinct from transformed_at) as "toIndex",
    (select min(transformed_at) from payments.transformed_hours where indexed_as_of is distinct from transformed_at)
      as "indexSince",
    (select max(transformed_at) from payments.transformed_hours) as "transformedAt",
    (select compared_at from payments.compared_index) as "comparedAt",
    (select after_seconds from payments.lateness) as "lateAfterSeconds"`;

interface State {
  readonly toTransform: number;
  readonly transformSince: Date | null;
  readonly toIndex: number;
  readonly indexSince: Date | null;
  readonly transformedAt: Date | null;
  readonly comparedAt: Date | null;
  readonly lateAfterSeconds: number;
}

const PROOFS = 50;

/** A proof has no such check if Elasticsearch didn't answer it, or if the index is new: it has said nothing of it. */
const COMPARED = `
  with latest as (
    select proof_id, proved_at, everything
    from ledger.proofs
    where everything or not $2
    order by proof_id desc
    limit ${PROOFS}
  )

  select proved_at as "provedAt", everything as "all", found.check
  from latest
  inner join ledger.proof_checks using (proof_id)
  cross join lateral (
    select jsonb_path_query_first(checks, '$[*] ? (@.name starts with $begin)', jsonb_build_object('begin', $1::text)) as check
  ) as found
  where found.check is not null
  order by proof_id desc
  limit 1`;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/**
 * @param countHours remembers what it has counted
 * @param limits as the deployment has them, by default
 */
export const lookAtPayments = askable(
  'lookAtPayments',
  async (
    { pool, lateAlert }: Pick<Backbone, 'pool' | 'lateAlert'>,
    countHours: CountHours = hoursOf(pool),
    limits: Thresholds = lateAlert ?? thresholds(),
  ): Promise<PaymentsLook> => {
    const [hours, states, index, wholeIndex] = await Promise.all([
      countHours(pool),
      pool.query<State>(STATE),
      readIndex(pool),
      lastCompared(pool, { all: true }),
    ]);
    const [state] = states.rows as [State];
    return {
      hours: hours.map((hour) => ({
        ...hour,
        ratio: hour.late / hour.payments,
        isLate: isLate({ late: hour.late, total: hour.payments }, limits.ratio),
      })),
      lateAfterSeconds: state.lateAfterSeconds,
      latencies: LATENCIES,
      alert: { ...limits, from: LEAST_LATE },
      toTransform: { hours: state.toTransform, since: iso(state.transformSince) },
      toIndex: { hours: state.toIndex, since: iso(state.indexSince) },
      transformedAt: iso(state.transformedAt),
      comparedAt: iso(state.comparedAt),
      ...{ index, wholeIndex },
    };
  },
);

async function readIndex(pool: Pool): Promise<IndexState | null> {
  const standing = await readStanding({ pool });
  for (const { provedAt, all, off } of standing.toReversed()) {
    const found = off.find(({ name }) => name.startsWith(INDEX));
    if (found) return { provedAt, all, equal: false, where: found.where };
  }
  return lastCompared(pool, { all: false });
}

/** @param all only proofs that read everything */
async function lastCompared(pool: Pool, { all }: Pick<IndexState, 'all'>): Promise<IndexState | null> {
  type Row = { readonly provedAt: Date; readonly all: boolean; readonly check: CheckNote };
  const { rows } = await pool.query<Row>(COMPARED, [INDEX, all]);
  return (
    rows.map(({ provedAt, all, check }) => ({
      ...{ provedAt: provedAt.toISOString(), all },
      ...{ equal: isBalanced(check), where: check.where },
    }))[0] ?? null
  );
}
