/** Finds records in the objects of the lake, reading no more of each than the ids and offsets if its format allows that. */
import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import { columnOf, objectSource, readRowGroups } from '#adapters/lake/parquet-read.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';
import { mapLimited } from '#functions/prove/map-limited.ts';
import type { Delivery } from './deliveries.ts';
import type { Place } from './place.ts';

/** Requests of S3 at a time. */
const TOGETHER = 8;

export type Progress = (read: number, objects: number) => void;

export async function inObjects(
  { pool, lake }: { readonly pool: Pool; readonly lake: Lake },
  deliveries: readonly Delivery[],
  id: string,
  progress: Progress,
): Promise<Place[]> {
  const objects = deliveries.filter(({ object_key }) => object_key !== null).toReversed();
  let read = 0;
  const found = await mapLimited(TOGETHER, objects, async (delivery) => {
    const places =
      delivery.topic === streams.orders.topic ? inParquet(pool, lake, delivery, id) : inBronze(lake, delivery, id);
    const found = await places;
    progress(++read, objects.length);
    return found;
  });
  return found.flat();
}

const ledger = ({ topic, partition, delivery_id, committed_at }: Delivery, offset: number): Place => ({
  place: 'ledger',
  facts: { topic, partition, offset, delivery_id, committed_at },
});

async function inParquet(pool: Pool, lake: Lake, delivery: Delivery, id: string): Promise<Place[]> {
  const object_key = delivery.object_key ?? '';
  const wanted = Buffer.from(id);
  const offsets: number[] = [];
  const source = objectSource(lake, object_key, delivery.object_bytes);
  for await (const group of readRowGroups(source, ['order_id', 'kafka_offset'])) {
    const ids = columnOf(group, 'order_id');
    const at = columnOf(group, 'kafka_offset');
    for (let row = 0; row < group.rows; row++) {
      const value = ids[row];
      if (value instanceof Uint8Array && wanted.equals(value)) offsets.push(Number(at[row]));
    }
  }
  if (offsets.length === 0) return [];
  const { rows } = await pool.query('select loaded_at, run_id from ledger.loads where delivery_id = $1', [
    delivery.delivery_id,
  ]);
  const load = rows[0]
    ? [
        { place: 'lake', facts: { object_key } },
        { place: 'load', facts: rows[0] },
      ]
    : [{ place: 'lake', facts: { object_key, waiting: 'to be loaded' } }];
  return offsets.flatMap((offset) => [ledger(delivery, offset), ...load]);
}

interface BronzeLine {
  readonly event_id: string;
  readonly order_id: string | null;
  readonly kafka_offset: number;
}

async function inBronze(lake: Lake, delivery: Delivery, id: string): Promise<Place[]> {
  const { object_key } = delivery;
  return readLines(await lake.read(object_key ?? '')).flatMap((line) => {
    if (!line.includes(id)) return [];
    const event = JSON.parse(line) as BronzeLine;
    if (event.event_id !== id && event.order_id !== id) return [];
    return [ledger(delivery, event.kafka_offset), { place: 'bronze', facts: { object_key, ...event } }];
  });
}
