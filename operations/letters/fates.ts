/** What became of dead letters that were sent back. */
import { qualified } from '#adapters/postgres/described-table.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { wholeReader } from '#domain/event-reader.ts';
import { consumedBy, describedStreams, inventoryStreams, streams } from '#domain/streams.ts';

export interface Fate {
  /** Who sent it back, and when: ISO 8601, UTC. */
  readonly by: string;
  readonly at: string;
  /** Whether another value was sent. */
  readonly edited: boolean;
  /**
   * `waiting`: on its way, or in Kafka and not consumed yet. `repeat`: the same record came before. `sent`: into Kafka, before its place
   * there was noted.
   */
  readonly state: 'waiting' | 'came-back' | 'took-effect' | 'repeat' | 'sent';
  /** Where Kafka has it; null if it is not there yet, or nobody knows. */
  readonly place: { readonly partition: number; readonly offset: number } | null;
  /** The letter that it became. */
  readonly cameBackAs: number | null;
  /** Where it took effect. An order waits in the lake for the next load; what has a table beside the lake is in both. */
  readonly in: 'lake' | 'warehouse' | 'stock' | 'payments' | 'bronze' | 'shop' | 'table' | 'objects' | null;
}

/** Columns of LETTERS_AND_FATES (query.ts). */
export const FATE_COLUMNS = `
  redriven_by as by, redriven_at as at, redrive.edited_value is not null as edited, fate.state, sent_partition as "sentPartition",
  sent_offset as "sentOffset", returned.id as "cameBackAs", taken.delivery_id as "takenBy", load.delivery_id is not null as loaded,
  coalesce(taken.duplicates, 0) + coalesce(load.duplicates, 0) + coalesce(load.conflicts, 0)
    + coalesce(table_load.duplicates, 0) + coalesce(table_load.conflicts, 0) > 0 as "withRepeats"`;

export interface FateRow {
  /** Of the letter. */
  readonly id: number;
  readonly topic: string;
  readonly by: string | null;
  readonly at: Date | null;
  readonly edited: boolean;
  readonly state: Exclude<Fate['state'], 'repeat'>;
  readonly sentPartition: number | null;
  readonly sentOffset: number | null;
  readonly cameBackAs: number | null;
  readonly takenBy: number | null;
  readonly loaded: boolean;
  /** Whether the delivery, or the load of its object, had records that came before, or others with their ids. */
  readonly withRepeats: boolean;
}

/** @returns null for a letter that was not sent back; otherwise its fate, in the order of the rows */
export async function fatesOf(pool: Pool, rows: readonly FateRow[]): Promise<(Fate | null)[]> {
  const repeats = await repeatsAmong(pool, rows);
  return rows.map((row) => {
    const { by, at, edited, state, sentPartition, sentOffset, cameBackAs } = row;
    if (by === null || at === null) return null;
    const place =
      sentPartition === null || sentOffset === null ? null : { partition: sentPartition, offset: sentOffset };
    const repeated = state === 'took-effect' && repeats.has(row);
    return {
      ...{ by, at: at.toISOString(), edited, place, cameBackAs },
      state: repeated ? 'repeat' : state,
      in: state === 'took-effect' && !repeated ? roomOf(row) : null,
    };
  });
}

function roomOf({ topic, loaded }: FateRow): Fate['in'] {
  const described = describedStreams.find((stream) => stream.topic === topic);
  if (described) return described.table ? 'table' : 'objects';
  if (topic === streams.orders.topic) return loaded ? 'warehouse' : 'lake';
  if (topic === streams.transactions.topic) return 'payments';
  if (consumedBy(streams.products.consumer).some((stream) => stream.topic === topic)) return 'shop';
  return topic === streams.userEvents.topic ? 'bronze' : 'stock';
}

/**
 * Places, of those asked, whose record is stored; the rest are repeats. Each is found by an index: of stock by its place, of payments by
 * its delivery. Orders have an index of their ids alone.
 */
const STORED: Readonly<Record<string, string>> = {
  [streams.transactions.topic]: `
    select number
    from asked
    inner join payments.transactions as stored
      on stored.delivery_id = asked.delivery_id and (stored.partition, stored.kafka_offset) = (asked.partition, asked.kafka_offset)`,
  ...Object.fromEntries(
    inventoryStreams.map(({ topic }) => [
      topic,
      `select number
       from asked
       inner join inventory.events_log as stored
         on (stored.topic, stored.partition, stored.kafka_offset) = ('${topic}', asked.partition, asked.kafka_offset)
           and stored.delivery_id = asked.delivery_id
       where stored.status = 'processed'`,
    ]),
  ),
  ...Object.fromEntries(
    describedStreams.flatMap(({ topic, table }) =>
      table
        ? [
            [
              topic,
              `select number
               from asked
               inner join ${qualified(table.name)} as stored
                 on stored.delivery_id = asked.delivery_id
                   and (stored.partition, stored.kafka_offset) = (asked.partition, asked.kafka_offset)`,
            ],
          ]
        : [],
    ),
  ),
  [streams.orders.topic]: `
    select number
    from asked
    inner join warehouse.fact_orders as stored on stored.order_id = asked.id::uuid
    where (stored.delivery_id, stored.kafka_offset) = (asked.delivery_id, asked.kafka_offset)`,
};

/** Asked only of deliveries that had repeats, which few have. */
async function repeatsAmong(pool: Pool, rows: readonly FateRow[]): Promise<ReadonlySet<FateRow>> {
  const repeats = new Set<FateRow>();
  const unsure = rows.filter(
    ({ topic, withRepeats, state, loaded }) =>
      withRepeats && state === 'took-effect' && (topic !== streams.orders.topic || loaded),
  );
  for (const [topic, some] of Map.groupBy(unsure, ({ topic }) => topic)) {
    const query = STORED[topic];
    if (!query) continue;
    const ids = topic === streams.orders.topic ? await orderIds(pool, some) : new Map<number, string>();
    const { rows: found } = await pool.query<{ number: number }>(
      `with asked as (
         select delivery_id, partition, kafka_offset, id, number
         from unnest($1::bigint[], $2::integer[], $3::bigint[], $4::text[]) with ordinality
           as asked (delivery_id, partition, kafka_offset, id, number)
       )
       ${query}`,
      [
        some.map(({ takenBy }) => takenBy),
        some.map(({ sentPartition }) => sentPartition),
        some.map(({ sentOffset }) => sentOffset),
        some.map(({ id }) => ids.get(id) ?? null),
      ],
    );
    const there = new Set(found.map(({ number }) => number));
    for (const [index, row] of some.entries()) if (!there.has(index + 1)) repeats.add(row);
  }
  return repeats;
}

/** Values that are read at a time: each may have some MB. */
const VALUES_AT_ONCE = 50;

/** Of orders that were sent back, by their letters. */
async function orderIds(pool: Pool, letters: readonly FateRow[]): Promise<ReadonlyMap<number, string>> {
  const ids = new Map<number, string>();
  const read = wholeReader(streams.orders);
  for (let from = 0; from < letters.length; from += VALUES_AT_ONCE) {
    const { rows } = await pool.query<{ id: number; value: Buffer | null }>(
      `select dead_letter_id as id, coalesce(edited_value, record_value) as value
       from ledger.dead_letters
       left join ledger.redrives using (dead_letter_id)
       where dead_letter_id = any($1)`,
      [letters.slice(from, from + VALUES_AT_ONCE).map(({ id }) => id)],
    );
    for (const { id, value } of rows) {
      const reading = read(value);
      if ('event' in reading) ids.set(id, reading.event.order_id);
    }
  }
  return ids;
}
