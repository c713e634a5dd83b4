/** What became of dead letters that were sent back. */
import type { Pool } from '#adapters/postgres/index.ts';
import { inventoryStreams, streams } from '#domain/streams.ts';

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
  /** Where it took effect. An order waits in the lake for the next load. */
  readonly in: 'lake' | 'warehouse' | 'stock' | 'payments' | 'bronze' | null;
}

/** Columns of LETTERS_AND_FATES (query.ts). */
export const FATE_COLUMNS = `
  redriven_by as by, redriven_at as at, redrive.edited_value is not null as edited, fate.state, sent_partition as "sentPartition",
  sent_offset as "sentOffset", returned.id as "cameBackAs", taken.delivery_id as "takenBy", load.delivery_id is not null as loaded,
  coalesce(taken.duplicates, 0) + coalesce(load.duplicates, 0) > 0 as "withRepeats"`;

export interface FateRow {
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
  /** Whether the delivery, or the load of its object, had records that came before. */
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
  if (topic === streams.orders.topic) return loaded ? 'warehouse' : 'lake';
  if (topic === streams.transactions.topic) return 'payments';
  return topic === streams.userEvents.topic ? 'bronze' : 'stock';
}

/** Rows of the table that a topic's records become, by their deliveries and offsets: those that aren't there are repeats. */
const STORED: Readonly<Record<string, string>> = {
  [streams.orders.topic]: 'select delivery_id, kafka_offset from warehouse.fact_orders',
  [streams.transactions.topic]: 'select delivery_id, kafka_offset from payments.transactions',
  ...Object.fromEntries(
    inventoryStreams.map(({ topic }) => [
      topic,
      `select delivery_id, kafka_offset from inventory.events_log where status = 'processed' and topic = '${topic}'`,
    ]),
  ),
};

/** Asked only of deliveries that had repeats, which few have. */
async function repeatsAmong(pool: Pool, rows: readonly FateRow[]): Promise<ReadonlySet<FateRow>> {
  const repeats = new Set<FateRow>();
  const unsure = rows.filter(({ topic, withRepeats, takenBy, loaded }) =>
    topic === streams.orders.topic ? loaded && withRepeats : takenBy !== null && withRepeats,
  );
  for (const [topic, some] of Map.groupBy(unsure, ({ topic }) => topic)) {
    const stored = STORED[topic];
    if (!stored) continue;
    const { rows: found } = await pool.query<{ delivery: number; offset: number }>(
      `select delivery_id as delivery, kafka_offset as "offset" from (${stored}) as stored
       where delivery_id = any($1) and kafka_offset = any($2)`,
      [[...new Set(some.map(({ takenBy }) => takenBy))], some.map(({ sentOffset }) => sentOffset)],
    );
    const there = new Set(found.map(({ delivery, offset }) => `${delivery}@${offset}`));
    for (const row of some) if (!there.has(`${row.takenBy}@${row.sentOffset}`)) repeats.add(row);
  }
  return repeats;
}
