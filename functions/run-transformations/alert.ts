/** Tells people, by SNS, that too many transactions are late. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Pool } from '#adapters/postgres/index.ts';
import { type Lateness, reasonsToAlert, type Thresholds } from './lateness.ts';

export interface Alerted extends Lateness {
  readonly alerted: boolean;
}

export interface Alarm {
  readonly pool: Pool;
  readonly sns: Pick<SNSClient, 'send'>;
  /** Topic's ARN; without one the log alone is told. */
  readonly topic: string | undefined;
  readonly limits: Thresholds;
}

/** @param hours of event_time, back from now; those ahead of now count too */
export async function alert(
  { pool, sns, topic, limits }: Alarm,
  { hours }: { readonly hours: number },
): Promise<Alerted> {
  const { rows } = await pool.query<Lateness>(LATENESS, [hours]);
  const [lateness] = rows;
  if (!lateness) throw new Error('PostgreSQL answered an aggregate with no row');
  const reasons = reasonsToAlert(lateness, limits);
  if (reasons.length > 0 && topic !== undefined)
    await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Subject: 'Tillstream: late transactions',
        Message: `Of the transactions of the last ${hours} hours ${reasons.join('; ')}.`,
      }),
    );
  return { ...lateness, alerted: reasons.length > 0 };
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
