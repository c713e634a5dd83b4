/** The SQL that keeps the first record of each key. Every statement takes the whole batch. Pure. */
import { eventColumns, fingerprintOf, identifier, qualified } from '#adapters/postgres/described-table.ts';
import { conflictingFields } from '#adapters/postgres/differs.ts';
import type { Stream } from '#domain/streams.ts';

export interface KeptTable {
  /** Schema and table; its key is the first of the stream's ids, its fingerprint the function `fingerprint` of the schema. */
  readonly name: string;
  /** Where it has the time at which a row was stored; `stored_at` if absent. */
  readonly storedAt?: string;
  /** What else a row brings about: common table expressions, with these columns of it in `stored`. */
  readonly beside?: { readonly returning: string; readonly expressions: string };
}

export interface KeepFirstSql {
  /** The temporary table that a batch is copied to. */
  readonly incoming: string;
  readonly createIncoming: string;
  readonly storeNew: string;
  readonly settleRepeats: string;
}

export function keepFirstSql(stream: Pick<Stream, 'event' | 'ids'>, table: KeptTable): KeepFirstSql {
  const { name, storedAt = 'stored_at', beside } = table;
  const [id = ''] = stream.ids;
  const key = identifier(id);
  const columns = eventColumns(stream);
  const names = columns.map((column) => identifier(column.name)).join(', ');
  const incoming = `pg_temp.${identifier(`incoming_${name.replace('.', '_')}`)}`;
  return {
    incoming,
    // Kept by the connection and emptied at each commit: a new table for each batch would bloat PostgreSQL's catalogue.
    createIncoming: `
      create temporary table if not exists ${incoming.replace('pg_temp.', '')} (
        ${columns.map((column) => `${identifier(column.name)} ${column.type}${column.nullable ? '' : ' not null'},`).join('\n')}
        partition integer not null,
        kafka_offset bigint not null
      ) on commit delete rows`,
    // In the order of the key, so that two batches cannot deadlock. Of repeats within the batch, the first is stored. $1 is the delivery.
    storeNew: `
      with stored as (
        insert into ${qualified(name)} as kept (${names}, ${storedAt}, partition, kafka_offset, delivery_id)
        select ${names}, statement_timestamp(), partition, kafka_offset, $1
        from ${incoming}
        order by ${key}, kafka_offset
        on conflict (${key}) do nothing
        returning ${beside ? `${beside.returning}, ` : ''}${fingerprintOf(name)}(kept) as fingerprint
      )
      ${beside ? `, ${beside.expressions}` : ''}
      select count(*) as stored, coalesce(sum(fingerprint), 0)::text as fingerprint from stored`,
    // The records of the batch that were not stored. `limit 1` makes the planner look each one up by its key, where without statistics
    // of the temporary table it might rather read all of the table.
    settleRepeats: `
      select
        incoming.kafka_offset,
        ${conflictingFields(stream.event, id, 'incoming', 'first')} as conflicting_fields,
        first.partition as first_partition,
        first.kafka_offset as first_offset
      from ${incoming} as incoming
      cross join lateral (
        select * from ${qualified(name)} as kept where kept.${key} = incoming.${key} limit 1
      ) as first
      where (first.partition, first.kafka_offset) <> (incoming.partition, incoming.kafka_offset)
      order by incoming.kafka_offset`,
  };
}
