/** Writes lake objects as archive-orders does, with the orders that a test needs. */

import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { type Order, orderEvent } from '#domain/streams/orders.ts';
import { streams } from '#domain/streams.ts';
import { encodeRecords } from './encoded.ts';

export const FIRST_TIMESTAMP = 1_765_411_201_000;

export const uuidOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

/** An order whose content is derived from its number. */
export function orderOf(n: number, changes: Partial<Order> = {}): Order {
  return {
    order_id: uuidOf(n),
    user_id: uuidOf(0xffff_0000 + (n % 1000)),
    amount: 100 + n,
    currency: 'EUR',
    category: n % 2 ? 'books' : 'shoes',
    country: 'DE',
    created_at: 1_765_411_200_000_000n + BigInt(n),
    ...changes,
  };
}

/** Orders by their numbers, without the last. */
export const ordersOf = (from: number, to: number): Order[] =>
  Array.from({ length: to - from }, (_, index) => orderOf(from + index));

/**
 * Writes an object with these orders, at the partition's next offsets.
 *
 * @param rows number of rows in the ledger, if it is to differ from the object's
 * @param timestamps of the first orders, as the lake has them
 * @returns the delivery
 */
export async function archive(
  { pool, lake }: { pool: Pool; lake: Lake },
  orders: readonly Order[],
  {
    partition = 0,
    rows = orders.length,
    timestamps = [],
  }: { partition?: number; rows?: number; timestamps?: readonly number[] } = {},
): Promise<{ id: number; key: string; firstOffset: number }> {
  const { topic, consumer } = streams.orders;
  const position = await pool.query<{ first: number }>(
    `insert into ledger.partitions (consumer, topic, partition, start_offset, next_offset) values ($1, $2, $3, 0, $4)
     on conflict (consumer, topic, partition) do update set next_offset = partitions.next_offset + $4
     returning next_offset - $4 as first`,
    [consumer, topic, partition, orders.length],
  );
  const firstOffset = position.rows[0]?.first ?? 0;
  const records = orders.map((event, index) => {
    const offset = firstOffset + index;
    return { offset, timestamp: timestamps[index] ?? FIRST_TIMESTAMP + offset, event };
  });
  const key = `raw/orders/dt=2025-12-11/p${partition}_o${firstOffset}.parquet`;
  const body = encodeRecords(orderEvent, records, { topic, partition });
  const object = await lake.putOnce(key, body, { rows, sourceSha256: 'test' }, 'application/vnd.apache.parquet');
  const delivery = await pool.query<{ delivery_id: number }>(
    `insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted,
       rejected, amount, source_sha256, object_key, object_sha256, object_bytes, committed_at)
     values ($1, $2, $3, $4, $5, 'committed', $6, $6, 0, round($7::numeric / 100, 2), 'test', $8, $9, $10, clock_timestamp())
     returning delivery_id`,
    [
      consumer,
      topic,
      partition,
      firstOffset,
      firstOffset + Math.max(rows, orders.length) - 1,
      rows,
      orders.reduce((sum, { amount }) => sum + amount, 0),
      key,
      object.sha256,
      object.bytes,
    ],
  );
  return { id: delivery.rows[0]?.delivery_id ?? 0, key, firstOffset };
}
