/** The same orders for every contender: as Parquet files in the ledger, as one CSV file, and sorted for binary COPY. */
import { appendFileSync, createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { inCopyFormat } from '#adapters/postgres/copy.ts';
import { addRows, type EncodedRows, idsOf, noRows } from '#adapters/postgres/encoded-rows.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { orderById } from '#domain/id-order.ts';
import { formatCents } from '#domain/money.ts';
import { readBatch } from '#domain/read-batch.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import { formatMicros } from '#domain/time.ts';
import { batches } from '../orders.ts';

const from = { topic: 'orders', partition: 0 };

/** That many are sorted into one file for binary COPY. */
const SORTED_ROWS = 1_000_000;

/** Writes files of 10,000 orders each and adds them to the ledger. */
export async function writeInput(pool: Pool, folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await pool.query(
    `insert into ledger.partitions values ('archive-orders', 'orders', 0, 0, $1) on conflict do nothing`,
    [count],
  );
  const csv = createWriteStream(join(folder, 'orders.csv'));
  let rows = noRows();
  for (const batch of batches(count, 10_000)) {
    const records = batch.map(({ key, value, ...record }) => ({
      ...record,
      key: Buffer.from(key, 'base64'),
      value: Buffer.from(value, 'base64'),
      headers: [],
    }));
    const { events, good } = readBatch({ event: orderEvent }, { ...from, records });
    const [first, last] = [good[0], good.at(-1)];
    if (!first || !last) continue;
    const key = `orders_${first.offset}.parquet`;
    const file = encodeEvents(orderEvent, events, from);
    writeFileSync(join(folder, key), file);
    const inserted = await pool.query<{ delivery_id: number }>(
      `insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted,
         rejected, amount, source_sha256, object_key, object_bytes, committed_at)
       values ('archive-orders', 'orders', 0, $1, $2, 'committed', $3, $3, 0, $4::numeric / 100, '', $5, $6, now())
       returning delivery_id`,
      [first.offset, last.offset, good.length, sumOfCents(good), key, file.byteLength],
    );
    const delivery = inserted.rows[0]?.delivery_id as number;
    const kafka = [
      { kind: 'bigint', values: delivery },
      { kind: 'bigint', values: events.offsets },
    ] as const;
    addRows(rows, { rows: events.rows, columns: [...events.columns, ...kafka] }, 0, events.rows);
    if (rows.rows >= SORTED_ROWS || last.offset + 1 >= count) {
      writeSorted(join(folder, `until_${last.offset}.copy`), rows);
      rows = noRows();
    }
    csv.write(
      good
        .map(({ offset, event: order }) =>
          [
            order.order_id,
            order.user_id,
            order.product_id,
            delivery,
            offset,
            formatCents(order.amount),
            order.quantity,
            order.currency,
            order.category,
            order.country,
            formatMicros(order.created_at),
          ].join(),
        )
        .join('\n')
        .concat('\n'),
    );
  }
  await finished(csv.end());
}

function writeSorted(file: string, rows: EncodedRows): void {
  for (const piece of inCopyFormat(rows, orderById(idsOf(rows)))) appendFileSync(file, piece);
}

const sumOfCents = (records: readonly { event: { amount: number } }[]): number =>
  records.reduce((sum, { event }) => sum + event.amount, 0);
