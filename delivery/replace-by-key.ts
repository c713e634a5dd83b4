/**
 * Makes the rows of a table what the records of a compacted topic say: the last record of a key counts, and replaces what the one before
 * said. What a delivery writes, less what it replaces, is kept with it, so that all deliveries together add up to the rows that are there.
 */
import type { Transaction } from '#adapters/postgres/index.ts';
import { columnsOf } from '#domain/columns.ts';
import { eventObjects } from '#domain/event-columns.ts';
import { keyReader } from '#domain/keyed-records.ts';
import type { Stream } from '#domain/streams.ts';
import { plainValue } from '#domain/written-value.ts';
import type { Applied, NewRecords } from './apply.ts';

/** How a thing is from now on. */
export interface Latest {
  readonly is_gone: boolean;
  readonly kafka_offset: number;
  readonly [field: string]: unknown;
}

/** The last record of each key, its values as PostgreSQL reads them from JSON; for a record without a value the key alone. */
export function latestOf({ event, key }: Stream, { events, tombstones }: NewRecords): Latest[] {
  const columns = columnsOf(event);
  const { read } = keyReader({ event, key });
  const records = [
    ...eventObjects<Record<string, unknown>>(events).map(({ offset, event: values }) => ({
      ...Object.fromEntries(columns.map((column) => [column.name, plainValue(column, values[column.name]) ?? null])),
      ...{ is_gone: false, kafka_offset: offset },
    })),
    ...tombstones.map((record) => ({ [key]: read(record.key), is_gone: true, kafka_offset: record.offset })),
  ].sort((a, b) => a.kafka_offset - b.kafka_offset) as Latest[];
  return [...new Map(records.map((record) => [record[key], record])).values()];
}

export async function replaceByKey(
  transaction: Transaction,
  stream: Stream,
  { batch, deliveryId }: Pick<NewRecords, 'batch' | 'deliveryId'>,
  latest: readonly Latest[],
): Promise<Applied> {
  if (latest.length === 0) return { duplicates: 0, refused: [], rowsFingerprint: '0' };
  const values = [JSON.stringify(latest), batch.partition, deliveryId];
  const { insert, update } = statementsOf(stream);
  let fingerprint = 0n;
  // Two statements: the second sees the rows that another transaction has inserted while the first waited for it.
  for (const sql of [insert, update]) {
    const { rows } = await transaction.query<{ fingerprint: string }>(sql, values);
    fingerprint += BigInt(rows[0]?.fingerprint ?? 0);
  }
  return { duplicates: 0, refused: [], rowsFingerprint: String(fingerprint) };
}

/** In the order of the key, so that two batches cannot deadlock. $1 is the records, $2 the partition, $3 the delivery. */
export function statementsOf({ event, key, latest }: Stream) {
  if (!latest) throw new Error('Expected a stream whose description names a table for the latest of each key.');
  const { name: table, leftOut, emptied } = latest;
  const names = columnsOf(event).flatMap(({ name }) => (leftOut.includes(name) ? [] : [name]));
  const incoming = `incoming as (select * from json_populate_recordset(null::${table}, $1::json))`;
  const set = names
    .filter((name) => name !== key)
    .map((name) => {
      const whenGone = emptied.includes(name) ? "''" : `replaced.${name}`;
      return `${name} = case when incoming.is_gone then ${whenGone} else incoming.${name} end`;
    });
  return {
    insert: `
      with ${incoming},
      written as (
        insert into ${table} (${names.join(', ')}, partition, kafka_offset, delivery_id)
        select ${names.join(', ')}, $2, kafka_offset, $3
        from incoming
        where not is_gone
        order by ${key}
        on conflict (${key}) do nothing
        returning fingerprint
      )
      select coalesce(sum(fingerprint), 0)::text as fingerprint from written`,
    update: `
      with ${incoming},
      before as materialized (
        select before.${key}, before.fingerprint
        from ${table} as before
        inner join incoming using (${key})
        where before.delivery_id is distinct from $3
        order by ${key}
        for no key update of before
      ),
      written as (
        update ${table} as replaced
        set ${set.join(', ')}, is_gone = incoming.is_gone, partition = $2, kafka_offset = incoming.kafka_offset, delivery_id = $3
        from before
        inner join incoming using (${key})
        where replaced.${key} = before.${key}
        returning replaced.fingerprint as written, before.fingerprint as replaced
      )
      select (coalesce(sum(written), 0) - coalesce(sum(replaced), 0))::text as fingerprint from written`,
  };
}
