/** What is asked of the table of a described stream, or of its lake, for the fates of its records. */
import { identifier, qualified } from '#adapters/postgres/described-table.ts';
import { columnsOf } from '#domain/columns.ts';
import type { Stream } from '#domain/streams.ts';
import { type Store, UUID_OF_ID } from './fate-store.ts';

/** What nothing says of a described stream. */
const NOTHING_ELSE = `
    null as status,
    null::timestamptz as loaded_at,
    null::timestamptz as next_at,
    null::boolean as next_done,
    null::boolean as clean,
    null::boolean as indexed`;

/** The lake takes every usable record, so it isn't asked. */
const LAKE: Store = {
  joins: '',
  columns: `
    has_repeats,
    null::boolean as stored,
    null::timestamptz as stored_at,
    ${NOTHING_ELSE},
    null as first_topic,
    null::integer as first_partition,
    null::bigint as first_offset`,
};

export function describedStore({ table, event, ids: [own = ''] }: Stream): Store {
  if (!table) return LAKE;
  const rows = qualified(table.name);
  const key = columnsOf(event).find(({ name }) => name === own);
  return {
    joins: `
    left join ledger.table_loads as load on load.delivery_id = placed.delivery_id
    left join ${rows} as named on named.${identifier(own)} = ${KEYS[key?.kind ?? ''] ?? 'null'}
    left join lateral (
      select stored_at
      from ${rows} as stored
      where
        id is null
        and stored.delivery_id = placed.delivery_id
        and (stored.partition, stored.kafka_offset) = (record_partition, record_offset)
      limit 1
    ) as unnamed on true`,
    columns: `
    has_repeats or coalesce(load.duplicates, 0) > 0 as has_repeats,
    unnamed.stored_at is not null
    or coalesce((named.partition, named.kafka_offset) = (record_partition, record_offset), false) as stored,
    coalesce(unnamed.stored_at, named.stored_at) as stored_at,
    ${NOTHING_ELSE},
    case when named.partition is not null then $2 end as first_topic,
    named.partition as first_partition,
    named.kafka_offset as first_offset`,
  };
}

/** The id that is asked for as a value of the key's kind; text that is none finds nothing, and fails nothing. */
const KEYS: Readonly<Record<string, string>> = {
  uuid: UUID_OF_ID,
  text: 'id',
  integer: `case when id ~ '^[0-9]{1,9}$' then id::integer end`,
};
