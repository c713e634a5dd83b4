/** Rows of payments.hourly_metrics as documents of the index. */

import type { Transaction } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';

/** @param hours "2026-01-02T03:00:00Z"; all if absent. An hour that has no transactions has no row. */
export async function readView(transaction: Transaction, hours?: readonly string[]): Promise<HourlyMetrics[]> {
  const { rows } = await transaction.query<HourlyMetrics>(
    `select
       to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as event_hour,
       total_transactions,
       total_amount::float8 as total_amount,
       late_transactions,
       late_ratio::float8 as late_ratio,
       amounts
     from payments.hourly_metrics
     ${hours ? 'where event_hour = any($1::timestamptz[])' : ''}
     order by hourly_metrics.event_hour`,
    hours && [hours],
  );
  return rows;
}
