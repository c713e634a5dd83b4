/** Alerts people, by SNS, if too many payments came late. */
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { type HourOfPayments, reasonsToAlert, type Thresholds } from './lateness.ts';

/** The function's answer. */
export interface Alerted {
  readonly alerted: boolean;
  /** Came late in the time that is judged. */
  readonly late_transactions: number;
  /** All of the hours in which these were made. */
  readonly total_transactions: number;
  /** The worst ten of the hours in which too large a share was late, "2026-01-02T03:00:00Z". */
  readonly late_hours: readonly string[];
  /** All of these hours. */
  readonly late_hours_count: number;
}

export interface AlertOptions {
  readonly pool: Pool;
  readonly sns: Pick<SNSClient, 'send'>;
  /** Topic's ARN; if absent, the alert is only logged. */
  readonly topic: string | undefined;
  readonly limits: Thresholds;
}

/**
 * Judges each hour in which payments were made that came late, however long ago it was.
 *
 * @param hours back from now, in which they came
 * @param deadline when its query must have ended, in milliseconds since 1970; a minute from now if absent
 */
export async function alert(
  { pool, sns, topic, limits }: AlertOptions,
  { hours, deadline }: { readonly hours: number; readonly deadline?: number },
): Promise<Alerted> {
  const { rows } = await inTransactionUntil(pool, deadline, (transaction) =>
    transaction.query<HourOfPayments>(LATE_HOURS, [hours]),
  );
  const { reasons, lateHours, lateHoursCount, late, total } = reasonsToAlert(rows, limits);
  if (reasons.length > 0 && topic !== undefined)
    await sns.send(
      new PublishCommand({
        TopicArn: topic,
        Subject: 'Tillstream: late transactions',
        Message: `Transactions came late in the last ${hours} hours: ${reasons.join('; ')}.`,
      }),
    );
  return {
    alerted: reasons.length > 0,
    late_transactions: late,
    total_transactions: total,
    late_hours: lateHours,
    late_hours_count: lateHoursCount,
  };
}

/**
 * The hours are those of which payments arrived lately, so the cost does not grow with the table. Those that were transformed
 * lately would be all of history after a full transformation, which is news of no payment.
 */
export const LATE_HOURS = `
  with arrived as (
    select distinct date_trunc('hour', event_time, 'UTC') as event_hour
    from payments.transactions
    where processing_time > now() - $1::int * interval '1 hour'
  ),
  hours as (
    select
      event_hour,
      count(*) as total,
      count(*) filter (where is_late) as late,
      count(*) filter (where is_late and processing_time > now() - $1::int * interval '1 hour') as "lateLately"
    from payments.transactions_clean
    where event_hour = any(array(select event_hour from arrived))
    group by event_hour
  )
  select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour, total, late, "lateLately"
  from hours
  where "lateLately" > 0
  order by hours.event_hour`;
