/** How many objects the lake has of each day, how large they are, and how many wait for their job: by the ledger, S3 isn't asked. */
import { WIDER, type WindowCost, windowCost } from '#domain/cost.ts';
import { jobs } from '#functions/prove/pipelines/overdue.ts';
import { query } from '#functions/prove/queries.ts';
import { type ClosedPartition, ofStream } from '#functions/prove/scope.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { streamRate } from '../streams/rate.ts';
import { keysOf, type ShownZone, shownZones, type Zone, type ZoneJob, zoneOf } from './zones.ts';

export interface LakeLook {
  readonly zone: string;
  /** All that there are. */
  readonly zones: readonly ShownZone[];
  readonly topic: string;
  readonly partitions: number;
  /** The DAG for which objects wait; null if nothing takes them. */
  readonly job: string | null;
  /** By day, or by hour of the day that was asked for: the newest first. Earlier days are among them whose objects wait. */
  readonly cells: readonly LakeCell[];
  /** Whether there are other days before these. */
  readonly isCut: boolean;
  /** Records a second over the last five minutes. */
  readonly rate: number;
  /** Its window as configured for the cloud, then wider ones, at that rate. */
  readonly windows: readonly WindowCost[];
}

/** Objects of a partition and a day or an hour. */
export interface LakeCell {
  /** Such as "2025-12-11", or "07" for an hour. */
  readonly at: string;
  readonly partition: number;
  readonly objects: number;
  readonly rows: number;
  readonly bytes: number;
  readonly smallest: number;
  readonly largest: number;
  /** Objects that their job has not taken yet; none if there is no job. */
  readonly waiting: number;
}

/** Days that are shown: those that have objects; and so many earlier ones with objects that wait, the first that do. */
const DAYS = 7;

/** From each day to the one before that has an object, by the index of keys. A day beyond the year 9999 begins with a sign. */
const NEWEST_DAYS = `
  with recursive days as (
    select null::text as day, $1 || '9999' as before
    union all
    select found.day, $1 || found.day || '/'
    from days
    cross join lateral (
      select substr(object_key, length($1) + 1, 10) as day
      from ledger.deliveries
      where object_key is not null and object_key >= $1 || '0' and object_key < days.before and state = 'committed'
      order by object_key desc
      limit 1
    ) as found
  )

  select day from days where day is not null limit $2`;

const cellsOf = ({ job }: Zone): string => `
  select
    case when $4 then substring(object_key from '_([0-9]{2})-[0-9]{2}-[0-9]{2}_p') else substr(object_key, length($3) + 1, 10) end as at,
    partition,
    count(*)::integer as objects,
    sum(accepted)::bigint as rows,
    sum(object_bytes)::bigint as bytes,
    min(object_bytes) as smallest,
    max(object_bytes) as largest,
    ${job ? '(count(*) filter (where done.delivery_id is null))::integer' : '0'} as waiting
  from ledger.deliveries
  ${job ? `left join ${job.done} as done using (delivery_id)` : ''}
  where object_key >= $1 and object_key < $2 and starts_with(object_key, $3) and state = 'committed'
  group by at, partition
  order by at desc, partition`;

/** @param day its hours, instead of the last days */
export const lookAtLake = askable(
  'lookAtLake',
  (backbone: Pick<Backbone, 'pool'>, name: string, day?: string): Promise<LakeLook> =>
    lookAtZone(backbone, zoneOf(name), day),
);

export async function lookAtZone(backbone: Pick<Backbone, 'pool'>, zone: Zone, day?: string): Promise<LakeLook> {
  const { pool } = backbone;
  const days = day === undefined ? await newestDays(backbone, zone, DAYS + 1) : [day];
  const newest = days.slice(0, DAYS);
  const isCut = days.length > newest.length;
  const waiting = isCut && zone.job ? await daysThatWait(pool, zone.prefix, zone.job) : [];
  const earlier = waiting.filter((each) => each < (newest.at(-1) ?? '')).slice(0, DAYS);
  const shown = [...newest, ...earlier.toReversed()];
  const cells: LakeCell[] = [];
  // One statement each: for all together PostgreSQL would read the whole table of what is done.
  for (const each of shown) {
    const { rows } = await pool.query<LakeCell>(cellsOf(zone), [...keysOf(zone, each), zone.prefix, day !== undefined]);
    cells.push(...rows);
  }
  const { name, stream, job } = zone;
  const rate = await streamRate(backbone, stream);
  const configured = stream.batching.maximumBatchingWindowInSeconds;
  const windows = [configured, ...WIDER.filter((seconds) => seconds > configured)];
  return {
    ...{ zone: name, zones: shownZones, topic: stream.topic, partitions: stream.partitions, job: job?.dag ?? null },
    ...{ cells, isCut, rate },
    windows: windows.map((seconds) => windowCost(stream.topic, rate * 86_400, seconds)),
  };
}

async function newestDays({ pool }: Pick<Backbone, 'pool'>, { prefix }: Zone, most: number): Promise<string[]> {
  const { rows } = await pool.query<{ day: string }>(NEWEST_DAYS, [prefix, most]);
  return rows.map(({ day }) => day);
}

/** Ascending: those of the objects that have waited longest for their job, by the proof's own query. */
async function daysThatWait(pool: Backbone['pool'], prefix: string, { dag }: ZoneJob): Promise<string[]> {
  const [found] = jobs().flatMap(({ name, query, waits }) =>
    name === dag && waits ? [{ ...waits, file: query }] : [],
  );
  if (!found) throw new Error(`Expected ${dag} among the jobs for which objects wait, found none.`);
  const days = new Set<string>();
  for (const part of ofStream(await query<ClosedPartition>(pool, 'closed_partitions'), found.stream)) {
    const waiting = await query<{ readonly what: string }>(pool, found.file, [0, part.partition, part[found.from]]);
    for (const { what } of waiting) days.add(what.slice(prefix.length, prefix.length + 10));
  }
  return [...days].toSorted();
}
