/** The payments as their DAG sees them: by the hour, late ones against the alert's limits, and what waits for it. */
import { INDEX } from '#functions/prove/pipelines/transactions.ts';
import { reaches } from '#functions/prove/request.ts';
import { isLate, LEAST_LATE, type Thresholds, thresholds } from '#functions/run-transformations/lateness.ts';
import type { Backbone } from '../backbone.ts';
import { readProofs } from '../proofs.ts';
import { type CountHours, type HourCounted, LATENCIES, openHours } from './hours.ts';

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
  /** What the last proof that looked into the index said; null if none did, of the last fifty. */
  readonly index: { readonly provedAt: string; readonly equal: boolean; readonly where: readonly string[] } | null;
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
    (select compared_at from payments.compared_index) as "comparedAt"`;

interface State {
  readonly toTransform: number;
  readonly transformSince: Date | null;
  readonly toIndex: number;
  readonly indexSince: Date | null;
  readonly transformedAt: Date | null;
  readonly comparedAt: Date | null;
}

const PROOFS = 50;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/**
 * @param countHours remembers what it has counted; without one all is counted
 * @param limits as the deployment has them, by default
 */
export async function lookAtPayments(
  { pool }: Pick<Backbone, 'pool'>,
  countHours: CountHours = openHours(),
  limits: Thresholds = thresholds(),
): Promise<PaymentsLook> {
  const [hours, states, proofs] = await Promise.all([
    countHours(pool),
    pool.query<State>(STATE),
    readProofs({ pool }, { limit: PROOFS }),
  ]);
  const [state] = states.rows as [State];
  const deep = proofs.find(({ depth }) => reaches(depth, 'objects'));
  const off = deep?.off.find(({ name }) => name.startsWith(INDEX));
  return {
    hours: hours.map((hour) => ({
      ...hour,
      ratio: hour.late / hour.payments,
      isLate: isLate({ late: hour.late, total: hour.payments }, limits.ratio),
    })),
    latencies: LATENCIES,
    alert: { ...limits, from: LEAST_LATE },
    toTransform: { hours: state.toTransform, since: iso(state.transformSince) },
    toIndex: { hours: state.toIndex, since: iso(state.indexSince) },
    transformedAt: iso(state.transformedAt),
    comparedAt: iso(state.comparedAt),
    index: deep ? { provedAt: deep.provedAt, equal: off === undefined, where: off?.where ?? [] } : null,
  };
}
