/** Payments by the hour in which they were made: how many, how late, and how long they took. */
import type { Pool } from '#adapters/postgres/index.ts';

/** Upper bounds in seconds; what took longer than all of them is one class more. Below 0 the sender's clock was ahead. */
export const LATENCIES = [0, 1, 2, 5, 10, 30, 60, 120, 300, 3_600] as const;

export interface HourCounted {
  /** When it begins, ISO 8601, UTC. */
  readonly hour: string;
  readonly payments: number;
  readonly late: number;
  /** Payments that took no longer than each of LATENCIES and longer than the one before, and at last those above all. */
  readonly took: readonly number[];
}

const HOURS = 48;

/** Hours up to the newest that has payments and is not of a clock that is ahead, and when each was last transformed. */
const NEWEST = `
  with newest as (
    select max(event_hour) as event_hour from payments.transformed_hours where event_hour <= now()
  )
  select
    to_char(transformed_hours.event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour,
    transformed_at::text as "transformedAt"
  from newest
  inner join payments.transformed_hours
    on transformed_hours.event_hour between newest.event_hour - interval '${HOURS - 1} hours' and newest.event_hour
  order by transformed_hours.event_hour`;

const COUNT = `
  select
    -- The classes end with their bounds, so it is the negative that is placed.
    ${LATENCIES.length} - width_bucket(-latency_seconds, array[${LATENCIES.toReversed().map((seconds) => -seconds)}]::numeric[]) as class,
    count(*) as payments,
    count(*) filter (where is_late) as late
  from payments.transactions_clean
  where event_hour = $1
  group by class`;

interface NewestHour {
  readonly hour: string;
  readonly transformedAt: string;
}

export type CountHours = (pool: Pool) => Promise<HourCounted[]>;

/**
 * Counts the hours that were transformed since it last did, and no other: nothing but a transformation changes one, in the transaction
 * that notes its time. So a page that asks again and again costs little, however many payments there are.
 */
export function openHours(): CountHours {
  const known = new Map<string, { readonly transformedAt: string; readonly counted: HourCounted | undefined }>();
  return async (pool) => {
    const { rows: newest } = await pool.query<NewestHour>(NEWEST);
    for (const hour of known.keys()) if (!newest.some((each) => each.hour === hour)) known.delete(hour);
    for (const { hour, transformedAt } of newest.toReversed()) {
      if (known.get(hour)?.transformedAt === transformedAt) continue;
      known.set(hour, { transformedAt, counted: await count(pool, hour) });
    }
    return newest.flatMap(({ hour }) => known.get(hour)?.counted ?? []);
  };
}

const remembered = new WeakMap<Pool, CountHours>();

/** One memory for each pool, as long as it is there: for who is asked again and again by others, as a function is. */
export function hoursOf(pool: Pool): CountHours {
  const known = remembered.get(pool) ?? openHours();
  remembered.set(pool, known);
  return known;
}

/** An hour alone, so that what is counted is kept if the next one takes too long. @returns undefined if it has no payments */
async function count(pool: Pool, hour: string): Promise<HourCounted | undefined> {
  type Row = { readonly class: number; readonly payments: number; readonly late: number };
  const { rows } = await pool.query<Row>(COUNT, [hour]);
  const sum = (which: 'payments' | 'late') => rows.reduce((total, row) => total + row[which], 0);
  const byClass = new Map(rows.map((row) => [row.class, row.payments]));
  const took = Array.from({ length: LATENCIES.length + 1 }, (_, at) => byClass.get(at) ?? 0);
  return rows.length === 0 ? undefined : { hour, payments: sum('payments'), late: sum('late'), took };
}
