/**
 * Removes announcements that were sent some days ago, and counts their messages by topic in the same transaction, so that the proof
 * still balances every message there ever was. No code looks into the outbox to see whether a movement or an order was
 * announced, so none is announced again.
 *
 * The days must have passed by the clock, and in hours in which the relay ran: by a clock that goes a week ahead, a message of
 * a minute ago is old.
 *
 * These stay: an unsent message, however old; a dead letter's message, since its row keeps the letter from being announced
 * twice and has no bytes of its own; and a redrive's message, which shows when it was sent to a topic of the shop.
 */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { UPDATES_TOPIC } from '#delivery/announcements.ts';

/** Topics of announcements; those of stock are in the outbox until a week after version 0.1.0. */
const TOPICS = ['inventory_updates', 'orders_cleaned'];

/** Rows in one transaction, which takes a fraction of a second. */
const BATCH = 5_000;

/** Rows of each topic in one run: three hours' worth at a million orders a day, so that it catches up after an outage. */
const MOST = 50 * BATCH;

export interface RemoveOptions {
  readonly pool: Pool;
  readonly keepDays: number;
  /** Milliseconds since 1970, after which no batch is begun. */
  readonly deadline: number;
}

/**
 * Safe to run concurrently: each run removes and counts a disjoint set.
 *
 * @returns how many messages were removed
 */
export async function removeSent({ pool, keepDays, deadline }: RemoveOptions): Promise<number> {
  await inTransactionUntil(pool, deadline, (transaction) => transaction.query(COUNT_HOUR));
  let removed = 0;
  const removeAll = async (sql: string, topic: string) => {
    for (let rows = 0, last = BATCH; last === BATCH && rows < MOST && Date.now() < deadline; rows += last) {
      const batch = await inTransactionUntil(pool, deadline, (transaction) =>
        transaction.query<{ rows: number; removed: number }>(sql, [topic, keepDays, BATCH]),
      );
      last = batch.rows[0]?.rows ?? 0;
      removed += batch.rows[0]?.removed ?? 0;
    }
  };
  for (const topic of TOPICS) await removeAll(REMOVE, topic);
  await removeAll(REMOVE_ANNOUNCEMENTS, UPDATES_TOPIC);
  return removed;
}

/** Once an hour, and once when the clock has gone ahead or back. */
const COUNT_HOUR = `
  update ledger.relay_hours
  set hours = hours + 1, counted_at = now()
  where now() not between counted_at and counted_at + interval '1 hour'`;

/**
 * Its trigger adds up what the messages said (017_announced_orders.sql).
 *
 * Oldest first, so that the last message of a key is the last to go; a concurrent removal waits for this one, then goes on with
 * what is left.
 */
const REMOVE = `
  with old as materialized (
    select outbox_id
    from ledger.outbox
    where
      topic = $1 and dead_letter_id is null
      and sent_at < now() - $2 * interval '1 day'
      and sent_hour < (select hours - ceil(24 * $2::float8)::bigint from ledger.relay_hours)
    order by sent_hour, outbox_id
    limit $3
    for update
  ),
  removed as (
    delete from ledger.outbox using old
    where outbox.outbox_id = old.outbox_id
    returning ledger.fingerprint(record_key) as key, num_nonnulls(record_value) - num_nonnulls(replaces) as messages
  ),
  counted as (
    select
      count(*) as removed,
      coalesce(sum(messages), 0) as messages,
      coalesce(sum(key::numeric * messages), 0) as key_sum
    from removed
  ),
  added as (
    insert into ledger.outbox_removed as total (output_topic, messages, key_sum)
    select $1, messages, key_sum from counted where removed > 0
    on conflict (output_topic) do update set
      messages = total.messages + excluded.messages,
      key_sum = total.key_sum + excluded.key_sum
  )
  select removed as rows, removed from counted`;

/** Each counts as the messages that it stands for. */
const REMOVE_ANNOUNCEMENTS = `
  with old as materialized (
    select announcement_id
    from ledger.announcements
    where
      sent_at < now() - $2 * interval '1 day'
      and sent_hour < (select hours - ceil(24 * $2::float8)::bigint from ledger.relay_hours)
    order by sent_hour, announcement_id
    limit $3
    for update
  ),
  removed as (
    delete from ledger.announcements using old
    where announcements.announcement_id = old.announcement_id
    returning movements
  ),
  counted as (
    select count(*) as rows, coalesce(sum(movements), 0)::bigint as removed from removed
  ),
  added as (
    insert into ledger.outbox_removed as total (output_topic, messages)
    select $1, removed from counted where rows > 0
    on conflict (output_topic) do update set messages = total.messages + excluded.messages
  )
  select rows, removed from counted`;
