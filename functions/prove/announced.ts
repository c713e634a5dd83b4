/** Is every curated order from Kafka announced once, though old announcements are removed from the outbox? */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Check, check } from './proof.ts';

/**
 * An order that came by Kafka is announced in the transaction that curates it for the first time. Messages that are there
 * are held against the orders one by one. Orders without one must be those whose messages were removed: as many, and with
 * the same sum of fingerprints.
 */
export async function announcedCheck(transaction: Transaction): Promise<Check> {
  const off = [...(await wrongMessages(transaction)), ...(await ordersWithout(transaction))];
  return check('curated: every order from Kafka is announced on orders_cleaned, once', 0, off.length, off);
}

const BOTH = `
  announced as (
    select convert_from(record_key, 'UTF8')::uuid as order_id, count(*) as messages
    from ledger.outbox
    where topic = 'orders_cleaned'
    group by order_id
  ),
  curated as (
    select order_id, ledger.fingerprint(convert_to(order_id::text, 'UTF8')) as fingerprint
    from curated.fact_orders
    where kafka_offset is not null
  )`;

/** Of an order that is there more than once, or is none of the curated ones. */
async function wrongMessages(transaction: Transaction): Promise<string[]> {
  const { rows } = await transaction.query<{ order_id: string }>(`
    with ${BOTH}
    select order_id::text
    from announced
    left join curated using (order_id)
    where messages > 1 or curated.order_id is null
    order by order_id
    limit 1000`);
  return rows.map(({ order_id }) => `order ${order_id}`);
}

async function ordersWithout(transaction: Transaction): Promise<string[]> {
  const { rows } = await transaction.query<{ without: number; removed: number; difference: string }>(`
    with ${BOTH},
    without as (
      select count(*) as without, coalesce(sum(fingerprint), 0) as key_sum
      from curated
      where not exists (select from announced where announced.order_id = curated.order_id)
    ),
    removed as (
      select coalesce(sum(messages), 0)::bigint as removed, coalesce(sum(key_sum), 0) as key_sum
      from ledger.outbox_removed
      where output_topic = 'orders_cleaned'
    )
    select without, removed, (without.key_sum - removed.key_sum)::text as difference from without, removed`);
  const { without = 0, removed = 0, difference = '0' } = rows[0] ?? {};
  if (without === removed && difference === '0') return [];
  const named = await suspects(transaction, removed, difference);
  return named.length > 0
    ? named.map((order_id) => `order ${order_id}`)
    : [`${without} orders have no message in the outbox, and ${removed} messages were removed from it; they differ`];
}

/**
 * Orders that explain the difference, if that can be told: all that have no message when none was removed; otherwise the
 * one that has as its fingerprint what is missing (never announced) or too much (announced again after it was removed).
 */
async function suspects(transaction: Transaction, removed: number, difference: string): Promise<string[]> {
  const { rows } = await transaction.query<{ order_id: string }>(
    `with ${BOTH}
     select order_id::text
     from curated
     left join announced using (order_id)
     where case when $1 = 0 then messages is null else fingerprint in ($2::numeric, -($2::numeric)) end
     order by order_id
     limit 1000`,
    [removed, difference],
  );
  return rows.map(({ order_id }) => order_id);
}
