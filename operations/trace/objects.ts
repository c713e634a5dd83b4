/** Finds records in the objects of the lake, reading no more of each than the ids and offsets if its format allows that. */
import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import { columnOf, objectSource, readRowGroups } from '#adapters/lake/parquet-read.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { LakeSink } from '#domain/stream.ts';
import { catalogue, type Stream, streams } from '#domain/streams.ts';
import { mapLimited } from '#functions/prove/map-limited.ts';
import type { Delivery } from './deliveries.ts';
import type { Place } from './place.ts';

/** Requests of S3 at a time. */
const TOGETHER = 8;

export type Progress = (read: number, objects: number) => void;

/** @param known as the catalogue has them, or a test */
export async function inObjects(
  { pool, lake }: { readonly pool: Pool; readonly lake: Lake },
  deliveries: readonly Delivery[],
  spelled: readonly string[],
  progress: Progress,
  known: readonly Stream[] = catalogue,
): Promise<Place[]> {
  const objects = deliveries.filter(({ object_key }) => object_key !== null).toReversed();
  let read = 0;
  const found = await mapLimited(TOGETHER, objects, async (delivery) => {
    const places = await inObject({ pool, lake, known }, delivery, spelled);
    progress(++read, objects.length);
    return places;
  });
  return found.flat();
}

/** A record in an object. */
interface Archived {
  readonly offset: number;
  /** Its line, where the format has it read anyway. */
  readonly line?: object;
}

type Find = (lake: Lake, delivery: Delivery, ids: readonly string[], spelled: readonly string[]) => Promise<Archived[]>;

const finds: Readonly<Record<LakeSink['format'], Find>> = { parquet: inParquet, json_lines: inLines };

async function inObject(
  { pool, lake, known }: { readonly pool: Pool; readonly lake: Lake; readonly known: readonly Stream[] },
  delivery: Delivery,
  spelled: readonly string[],
): Promise<Place[]> {
  const { topic, partition, delivery_id, committed_at, object_key } = delivery;
  const stream = known.find((each) => each.topic === topic);
  if (!stream?.lake) return [];
  const found = await finds[stream.lake.format](lake, delivery, stream.ids, spelled);
  const load = found.length > 0 && topic === streams.orders.topic ? await loadOf(pool, delivery) : undefined;
  const place = topic === streams.userEvents.topic ? 'bronze' : 'lake';
  return found.flatMap(({ offset, line }) => [
    { place: 'ledger', facts: { topic, partition, offset, delivery_id, committed_at } },
    ...(load ?? [{ place, facts: { object_key, ...line } }]),
  ]);
}

async function loadOf(pool: Pool, { delivery_id, object_key }: Delivery): Promise<Place[]> {
  const { rows } = await pool.query('select loaded_at, run_id from ledger.loads where delivery_id = $1', [delivery_id]);
  if (!rows[0]) return [{ place: 'lake', facts: { object_key, waiting: 'to be loaded' } }];
  return [
    { place: 'lake', facts: { object_key } },
    { place: 'load', facts: rows[0] },
  ];
}

async function inParquet(...[lake, delivery, ids, spelled]: Parameters<Find>): Promise<Archived[]> {
  const wanted = spelled.map((id) => Buffer.from(id));
  const found: Archived[] = [];
  const source = objectSource(lake, delivery.object_key ?? '', delivery.object_bytes);
  for await (const group of readRowGroups(source, [...ids, 'kafka_offset'])) {
    // The event may have got the id after the object was written.
    const columns = ids.map((name) => columnOf(group, name, true));
    const at = columnOf(group, 'kafka_offset');
    const isWanted = (value: unknown) => value instanceof Uint8Array && wanted.some((id) => id.equals(value));
    for (let row = 0; row < group.rows; row++)
      if (columns.some((values) => isWanted(values[row]))) found.push({ offset: Number(at[row]) });
  }
  return found;
}

async function inLines(...[lake, { object_key }, ids, spelled]: Parameters<Find>): Promise<Archived[]> {
  return readLines(await lake.read(object_key ?? '')).flatMap((text) => {
    if (!spelled.some((id) => text.includes(id))) return [];
    const line = JSON.parse(text) as Readonly<Record<string, unknown>> & { readonly kafka_offset: number };
    return ids.some((name) => spelled.includes(line[name] as string)) ? [{ offset: line.kafka_offset, line }] : [];
  });
}
