import type { Pool } from '#adapters/postgres/index.ts';

/** A million transactions at 50,000 an hour. */
export const HOURS_PER_STEP = 20;

const FIRST_HOUR = '2025-12-11T00:00:00Z';

/**
 * Transactions that arrived in the hours from `from`: 98 % within a minute, the rest up to three hours late. History grows by
 * hours of equal size, and an hourly run always has four of them to process; so if its cost grows, it reads or writes more
 * than it needs. The users come back, as in a shop; the simulator has 5,000 of them.
 */
export async function addHours(pool: Pool, from: number, count: number, perHour: number): Promise<void> {
  await pool.query(ADD, [FIRST_HOUR, from, count, perHour]);
}

const ADD = `
  with arrivals as (
    select
      n,
      $1::timestamptz + $2::int * interval '1 hour' + n * (interval '1 hour' / $4::int) as arrived_at,
      case when n % 50 = 0 then 180 + random() * 10620 else random() * 60 end as latency
    from generate_series(0, $3::int * $4::int - 1) as n
  ),
  stored as (
    insert into payments.transactions
    select
      gen_random_uuid(), md5(floor(random() * 100000)::text)::uuid, (n % 50000) / 100.0, 'EUR', 'completed',
      arrived_at - latency * interval '1 second', arrived_at, 0, n
    from arrivals
    returning event_time
  )
  insert into payments.changed_hours (event_hour)
  select distinct date_trunc('hour', event_time, 'UTC') from stored
  on conflict (event_hour) do update set changed_at = excluded.changed_at`;
