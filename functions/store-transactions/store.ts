/** Stores a batch of payments: each transaction_id once; a repeat is told apart from a conflict. */
import { type CopyRows, copyInto } from '#adapters/postgres/copy.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Applied, NewRecords } from '#delivery/write-to-postgres.ts';
import { eventObjects } from '#domain/event-columns.ts';
import type { Payment, paymentEvent } from '#domain/payments.ts';
import type { ReadRecord } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { INCOMING, SETTLE_REPEATS, STORE_NEW } from './statements.ts';

type PaymentStream = Stream<typeof paymentEvent>;

/** A record that was not stored, since its transaction is there already. */
interface Repeat {
  readonly kafka_offset: number;
  /** Those in which it differs from the first; null if it is the same payment. */
  readonly conflicting_fields: string | null;
  readonly first_partition: number;
  readonly first_offset: number;
}

const columns = [
  'transaction_id',
  'user_id',
  'amount',
  'currency',
  'status',
  'event_time',
  'partition',
  'kafka_offset',
];

export async function storePayments(
  transaction: Transaction,
  { topic }: PaymentStream,
  { batch, events, deliveryId }: NewRecords,
): Promise<Applied> {
  const { partition } = batch;
  if (events.rows === 0) return { duplicates: 0, refused: [], rowsFingerprint: '0' };
  await transaction.query(INCOMING);
  await copyInto(transaction, 'pg_temp.incoming', columns, one(copyRows(partition, eventObjects(events))));
  const { rows } = await transaction.query<{ stored: number; fingerprint: string }>(STORE_NEW, [deliveryId]);
  const { stored = 0, fingerprint: rowsFingerprint = '0' } = rows[0] ?? {};
  if (stored === events.rows) return { duplicates: 0, refused: [], rowsFingerprint };

  const repeats = await transaction.query<Repeat>(SETTLE_REPEATS);
  const byOffset = new Map(batch.records.map((record) => [record.offset, record]));
  const refused = repeats.rows.flatMap(({ kafka_offset, conflicting_fields, first_partition, first_offset }) => {
    const record = byOffset.get(kafka_offset);
    if (conflicting_fields === null || !record) return [];
    const message =
      `transaction_id: this transaction came before with another ${conflicting_fields}; ` +
      `${topic} partition ${first_partition} offset ${first_offset} holds the first`;
    return { topic, partition, ...record, reason: 'conflict' as const, message };
  });
  return { duplicates: repeats.rows.length - refused.length, refused, rowsFingerprint };
}

function copyRows(partition: number, records: readonly ReadRecord<Payment>[]): CopyRows {
  return {
    rows: records.length,
    columns: [
      { kind: 'uuid', values: records.map(({ event }) => Buffer.from(event.transaction_id, 'latin1')) },
      { kind: 'uuid', values: records.map(({ event }) => Buffer.from(event.user_id, 'latin1')) },
      { kind: 'money', values: records.map(({ event }) => BigInt(event.amount)) },
      { kind: 'text', values: records.map(({ event }) => Buffer.from(event.currency)) },
      { kind: 'text', values: records.map(({ event }) => Buffer.from(event.status)) },
      { kind: 'timestamp', values: records.map(({ event }) => event.event_time) },
      { kind: 'integer', values: partition },
      { kind: 'bigint', values: records.map(({ offset }) => offset) },
    ],
  };
}

async function* one<T>(item: T): AsyncGenerator<T> {
  yield item;
}
