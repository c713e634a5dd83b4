/** Alerts people, by SNS, if too many payments are late. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Pool } from '#adapters/postgres/index.ts';
import { reasonsToAlert, type Thresholds } from './lateness.ts';

/** The function's answer. */
export interface Alerted extends LatenessRow {
  readonly alerted: boolean;
}

interface LatenessRow {
  readonly late_transactions: number;
  readonly total_transactions: number;
  readonly late_ratio: number;
}

export interface AlertOptions {
  readonly pool: Pool;
  readonly sns: Pick<SNSClient, 'send'>;
  /** Topic's ARN; if absent, the alert is only logged. */
  readonly topic: string | undefined;
  readonly limits: Thresholds;
}

/** @param hours of event_time, back from now; payments ahead of now count too */
export async function alert(
  { pool, sns, topic, limits }: AlertOptions,
  { hours }: { readonly hours: number },
): Promise<Alerted> {
  const { rows } = await pool.query<LatenessRow>(LATENESS, [hours]);
  const [row] = rows;
  if (!row) throw new Error('Expected one row of lateness from PostgreSQL, got none.');
  const lateness = { late: row.late_transactions, total: row.total_transactions, share: row.late_ratio };
  const reasons = reasonsToAlert(lateness, limits);
  if (reasons.length > 0 && topic !== undefined)
    await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Subject: 'Tillstream: late transactions',
        Message: `Of the transactions of the last ${hours} hours ${reasons.join('; ')}.`,
      }),
    );
  return { ...row, alerted: reasons.length > 0 };
}

const LATENESS = `
  with totals as (
    select
      coalesce(sum(late_transactions), 0)::bigint as late_transactions,
      coalesce(sum(total_transactions), 0)::bigint as total_transactions
    from payments.hourly_metrics
    where event_hour > now() - $1::int * interval '1 hour'
  )
  select
    late_transactions,
    total_transactions,
    coalesce(round(late_transactions::numeric / nullif(total_transactions, 0), 6), 0)::float8 as late_ratio
  from totals`;
