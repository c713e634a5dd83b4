/** Stores a batch of payments: each transaction_id once; a repeat is told apart from a conflict. */
import { copyInto } from '#adapters/postgres/copy.ts';
import type { CopyRows } from '#adapters/postgres/encoded-rows.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Applied, NewRecords } from '#delivery/write-to-postgres.ts';
import type { EventColumns } from '#domain/event-columns.ts';
import type { paymentEvent } from '#domain/streams/transactions.ts';
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

export async function storePayments(
  transaction: Transaction,
  { topic }: PaymentStream,
  { batch, events, deliveryId }: NewRecords,
): Promise<Applied> {
  const { partition } = batch;
  if (events.rows === 0) return { duplicates: 0, refused: [], rowsFingerprint: '0' };
  await transaction.query(INCOMING);
  await copyInto(transaction, 'pg_temp.incoming', columnNames(events), [copyRows(partition, events)]);
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

const columnNames = ({ columns }: EventColumns): string[] => [
  ...columns.map(({ name }) => name),
  'partition',
  'kafka_offset',
];

const copyRows = (partition: number, { rows, columns, offsets }: EventColumns): CopyRows => ({
  rows,
  columns: [...columns, { kind: 'integer', values: partition }, { kind: 'bigint', values: offsets }],
});
