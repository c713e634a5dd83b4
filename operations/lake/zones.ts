/** The zones of the lake: the folder of each stream that goes there, and the job that takes its objects from there, if one does. */
import { catalogue, type Stream, streams } from '#domain/streams.ts';

export interface Zone {
  readonly name: string;
  readonly stream: Stream;
  /** Where its objects are: `<prefix>2025-12-11/…` */
  readonly prefix: string;
  /** Absent if the objects stay as they are: then none of them waits. */
  readonly job?: ZoneJob;
}

export interface ZoneJob {
  /** The DAG for which objects wait. */
  readonly dag: string;
  /** The table that has a row for each object that the job is done with. */
  readonly done: string;
  /** Its column that says when. */
  readonly doneAt: string;
}

/** Those that have a job, by topic. Any other is called as its topic. */
const withJobs: Readonly<Record<string, Pick<Zone, 'name' | 'job'>>> = {
  [streams.orders.topic]: {
    name: 'raw',
    job: { dag: 'orders_minio_to_postgres', done: 'ledger.loads', doneAt: 'loaded_at' },
  },
  [streams.userEvents.topic]: {
    name: 'bronze',
    job: { dag: 'aggregate_user_events', done: 'gold.aggregations', doneAt: 'aggregated_at' },
  },
};

export const givenZones: readonly string[] = Object.values(withJobs).map(({ name }) => name);

/** Whoever names no zone means this one. */
export const FIRST_ZONE = 'raw';

/** In the order of the streams. */
export const zonesOf = (known: readonly Stream[]): readonly Zone[] =>
  known.flatMap((stream) =>
    stream.lake ? [{ name: stream.topic, ...withJobs[stream.topic], stream, prefix: `${stream.lake.prefix}/dt=` }] : [],
  );

const zones = zonesOf(catalogue);

export const zoneNames: readonly string[] = zones.map(({ name }) => name);

/** @throws if there is none of this name */
export function zoneOf(name: string): Zone {
  const zone = zones.find((each) => each.name === name);
  if (zone) return zone;
  throw new Error(`Expected a zone of the lake (${zoneNames.join(', ')}), got ${name}.`);
}

export interface ShownZone {
  readonly name: string;
  readonly topic: string;
  readonly format: 'parquet' | 'json_lines';
}

/** As somebody chooses among them. */
export const shownZones: readonly ShownZone[] = zones.flatMap(({ name, stream: { topic, lake } }) =>
  lake ? [{ name, topic, format: lake.format }] : [],
);

/**
 * Between which keys the objects of a day are, for the index of keys. Cut so, it holds in whatever order the database has texts: names
 * begin with a letter before z.
 */
export const keysOf = ({ prefix }: Pick<Zone, 'prefix'>, day: string): [from: string, to: string] => [
  `${prefix}${day}/`,
  `${prefix}${day}/zzz`,
];

export const isOfDay = (zone: string, day: string, key: string): boolean =>
  key.startsWith(keysOf(zoneOf(zone), day)[0]);
