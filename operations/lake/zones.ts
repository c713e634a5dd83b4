/** The zones of the lake: what functions write, and the job that takes it from there. */
import { catalogue, type Stream } from '#domain/streams.ts';

export interface Zone {
  readonly name: ZoneName;
  readonly stream: Stream;
  /** Where its objects are: `<prefix>2025-12-11/…` */
  readonly prefix: string;
  /** The DAG for which objects wait. */
  readonly job: string;
  /** The table that has a row for each object that the job is done with. */
  readonly done: string;
}

export const zoneNames = ['raw', 'bronze'] as const;
export type ZoneName = (typeof zoneNames)[number];

const jobs: Readonly<Record<ZoneName, Pick<Zone, 'job' | 'done'>>> = {
  raw: { job: 'orders_minio_to_postgres', done: 'ledger.loads' },
  bronze: { job: 'aggregate_user_events', done: 'gold.aggregations' },
};

export function zoneOf(name: ZoneName): Zone {
  const stream = catalogue.find(({ lake }) => lake?.prefix.startsWith(`${name}/`));
  if (!stream?.lake) throw new Error(`Expected a stream that writes to ${name}/, found none.`);
  return { name, stream, prefix: `${stream.lake.prefix}/dt=`, ...jobs[name] };
}

/**
 * Between which keys the objects of a day are, for the index of keys. Cut so, it holds in whatever order the database has texts: names
 * begin with a letter before z.
 */
export const keysOf = ({ prefix }: Zone, day: string): [from: string, to: string] => [
  `${prefix}${day}/`,
  `${prefix}${day}/zzz`,
];

export const isOfDay = (zone: ZoneName, day: string, key: string): boolean =>
  key.startsWith(keysOf(zoneOf(zone), day)[0]);
