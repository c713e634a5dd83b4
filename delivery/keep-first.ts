/** Keeps the first record of each key in a table; a repeat is told apart from a conflict. */
import type { z } from 'zod';
import { copyInto } from '#adapters/postgres/copy.ts';
import type { CopyRows } from '#adapters/postgres/encoded-rows.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';
import type { EventColumns } from '#domain/event-columns.ts';
import type { Stream } from '#domain/streams.ts';
import type { Apply, NewRecords } from './apply.ts';
import { type KeptTable, keepFirstSql } from './keep-first-sql.ts';

/** A record that was not stored, since its key is there already. */
interface Repeat {
  readonly kafka_offset: number;
  /** Those in which it differs from the first; null if it is the same. */
  readonly conflicting_fields: string | null;
  readonly first_partition: number;
  readonly first_offset: number;
}

export function keepFirst<Event extends z.ZodObject>(described: Stream<Event>, table: KeptTable): Apply<Event> {
  const sql = keepFirstSql(described, table);
  return async (transaction, stream, records) => {
    const { events, deliveryId } = records;
    if (events.rows === 0) return { duplicates: 0, refused: [], rowsFingerprint: '0' };
    await transaction.query(sql.createIncoming);
    await copyInto(transaction, sql.incoming, columnNames(events), [copyRows(records)]);
    const { rows } = await transaction.query<{ stored: number; fingerprint: string }>(sql.storeNew, [deliveryId]);
    const { stored = 0, fingerprint: rowsFingerprint = '0' } = rows[0] ?? {};
    if (stored === events.rows) return { duplicates: 0, refused: [], rowsFingerprint };
    const repeats = await transaction.query<Repeat>(sql.settleRepeats);
    const refused = conflictsAmong(repeats.rows, stream, records);
    return { duplicates: repeats.rows.length - refused.length, refused, rowsFingerprint };
  };
}

function conflictsAmong(repeats: readonly Repeat[], { topic, ids: [id] }: Stream, { batch }: NewRecords): DeadLetter[] {
  const { partition } = batch;
  const byOffset = new Map(batch.records.map((record) => [record.offset, record]));
  return repeats.flatMap(({ kafka_offset, conflicting_fields, first_partition, first_offset }) => {
    const record = byOffset.get(kafka_offset);
    if (conflicting_fields === null || !record) return [];
    const message =
      `${id}: it came before with another ${conflicting_fields}; ` +
      `${topic} partition ${first_partition} offset ${first_offset} holds the first`;
    return { topic, partition, ...record, reason: 'conflict' as const, message };
  });
}

const columnNames = ({ columns }: EventColumns): string[] => [
  ...columns.map(({ name }) => name),
  'partition',
  'kafka_offset',
];

const copyRows = ({ batch: { partition }, events: { rows, columns, offsets } }: NewRecords): CopyRows => ({
  rows,
  columns: [...columns, { kind: 'integer', values: partition }, { kind: 'bigint', values: offsets }],
});
