/** Applies a batch of inventory events to stock, log, orders and announcements, by set-based statements. */
import { isUtf8 } from 'node:buffer';
import { type ArrayElement, arrayParameter } from '#adapters/postgres/array-parameter.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Applied, NewRecords } from '#delivery/write-to-postgres.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';
import { changeOf, type Movement } from '#domain/inventory.ts';
import type { ReadRecord } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { LOG_REJECTED, MOVE_STOCK, SETTLE_REST } from './statements.ts';

type InventoryStream = Stream<Stream['event']>;

/** A record that was not processed, and why. */
interface Rest {
  readonly kafka_offset: number;
  readonly outcome: 'duplicate' | 'conflict' | 'unknown_product';
}

export async function applyMovements(
  transaction: Transaction,
  { topic }: InventoryStream,
  { batch, good, bad }: NewRecords<Stream['event']>,
): Promise<Applied> {
  const { partition } = batch;
  const movements = good as unknown as readonly ReadRecord<Movement>[];
  const byOffset = new Map(batch.records.map((record) => [record.offset, record]));
  await logRejected(transaction, bad);
  if (movements.length === 0) return { duplicates: 0, refused: [] };

  const column = (kind: 'bigint' | 'text' | 'timestamp', of: (movement: ReadRecord<Movement>) => ArrayElement) =>
    arrayParameter(kind, movements.map(of));
  const columns = [
    topic,
    partition,
    column('bigint', ({ offset }) => offset),
    column('text', ({ event }) => event.event_id),
    column('text', ({ event }) => ('order_id' in event ? event.order_id : null)),
    column('text', ({ event }) => event.product_id),
    column('bigint', ({ event }) => changeOf(event)),
    column('timestamp', ({ event }) => event.timestamp),
    column('text', ({ offset }) => textOf(byOffset.get(offset)?.value ?? null)),
  ];
  const { rows } = await transaction.query<{ processed: number }>(MOVE_STOCK, columns);
  if (rows[0]?.processed === movements.length) return { duplicates: 0, refused: [] };

  const rest = await transaction.query<Rest>(SETTLE_REST, columns);
  const refused = rest.rows.flatMap(({ kafka_offset, outcome }) => {
    const record = byOffset.get(kafka_offset);
    if (outcome === 'duplicate' || !record) return [];
    return { topic, partition, ...record, reason: outcome, message: messages[outcome] };
  });
  return { duplicates: rest.rows.length - refused.length, refused };
}

const messages = {
  conflict: 'event_id: the same event came before with another topic, product, order or quantity',
  unknown_product: 'product_id: no such product in inventory.inventory; add it there and redrive',
} as const;

async function logRejected(transaction: Transaction, bad: readonly DeadLetter[]): Promise<void> {
  if (bad.length === 0) return;
  await transaction.query(LOG_REJECTED, [
    bad.map(({ topic }) => topic),
    bad.map(({ partition }) => partition),
    bad.map(({ offset }) => offset),
    arrayParameter(
      'text',
      bad.map(({ value }) => textOf(value)),
    ),
  ]);
}

/** The value if PostgreSQL can hold it as text; its bytes are in the dead letters anyway. */
function textOf(value: Uint8Array | null): Uint8Array | null {
  return value === null || value.includes(0) || !isUtf8(value) ? null : value;
}
