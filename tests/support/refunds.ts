/** A stream of a shop's own, which the catalogue doesn't have: described, with a table, and names that SQL takes only in quotes. */
import * as z from 'zod';
import type { Pool } from '#adapters/postgres/index.ts';
import { money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { uuidOf } from './payments.ts';

export const refundEvent = z.object({
  refundId: uuid('The refund.'),
  order: text(20, 'The order.'),
  amount: money('What is given back.'),
  pieces: quantity('How many pieces came back.').nullish(),
  reason: text(50, 'Why.').nullish(),
  made_at: timestamp('When it was made.'),
});

export const refunds = {
  topic: 'refunds',
  key: 'order',
  ids: ['refundId', 'order'],
  event: refundEvent,
  partitions: 2,
  consumer: 'store-refunds',
  batching: { batchSize: 100, maximumBatchingWindowInSeconds: 1, startingPosition: 'TRIM_HORIZON' },
  table: { name: 'streams.refunds', repeats: 'keep_first' },
} as const satisfies Stream;

/** The same with objects in the lake beside the table. */
export const archivedRefunds = {
  ...refunds,
  consumer: 'archive-refunds',
  lake: { prefix: 'raw/refunds', format: 'parquet' },
} as const satisfies Stream;

/** What its own migration would do. @returns its role, which is removed with the database */
export async function makeRefunds(
  pool: Pool,
  procedure: 'deliver_into' | 'archive_and_deliver_into' = 'deliver_into',
): Promise<string> {
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  const role = `${rows[0]?.database}_refunds`;
  await pool.query(`
    create table streams.refunds (
      "refundId" uuid primary key,
      "order" varchar(20) not null,
      amount numeric(10, 2) not null,
      pieces integer,
      reason varchar(50),
      made_at timestamptz not null
    );
    call streams.${procedure}('streams.refunds', '${role}')`);
  return role;
}

export const refund = (id: number, changed: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ...{
      refundId: uuidOf(id),
      order: `order ${id}`,
      amount: '12.50',
      pieces: id,
      made_at: '2026-01-02T03:04:05.678901Z',
    },
    ...changed,
  });

export const refundBatch = (partition: number, from: number, values: readonly string[]): PartitionBatch => ({
  topic: refunds.topic,
  partition,
  records: values.map((value, index) => ({
    offset: from + index,
    timestamp: 1_765_411_201_000,
    key: Buffer.from(`key ${from + index}`),
    value: Buffer.from(value),
    headers: [],
  })),
});
