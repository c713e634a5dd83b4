/** The objects of a day, one by one, the oldest first: as the ledger knows them. */
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { keysOf, type Zone, type ZoneJob, zoneOf } from './zones.ts';

export interface ListedObject {
  readonly key: string;
  readonly delivery: number;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly committedAt: string;
  /** When its job was done with it; null while it waits. Absent if no job takes it. */
  readonly doneAt?: string | null;
}

export interface ObjectPage {
  readonly rows: readonly ListedObject[];
  /** The key to go on after; null at the end. */
  readonly next: string | null;
}

const listOf = (job: ZoneJob | undefined): string => `
  select
    object_key as key,
    delivery_id as delivery,
    partition,
    first_offset as first,
    last_offset as last,
    accepted as rows,
    object_bytes as bytes,
    committed_at as "committedAt",
    ${job ? `done.${job.doneAt}` : 'null'} as "doneAt"
  from ledger.deliveries
  ${job ? `left join ${job.done} as done using (delivery_id)` : ''}
  where object_key > $1 and object_key < $2 and starts_with(object_key, $3) and state = 'committed'
  order by object_key
  limit $4`;

export interface AskedPage {
  /** The key behind which it goes on. */
  readonly after?: string | undefined;
  readonly limit: number;
}

interface Row extends Omit<ListedObject, 'committedAt' | 'doneAt'> {
  readonly committedAt: Date;
  readonly doneAt: Date | null;
}

export const listObjects = askable(
  'listObjects',
  (backbone: Pick<Backbone, 'pool'>, zone: string, day: string, page: AskedPage): Promise<ObjectPage> =>
    objectsOf(backbone, zoneOf(zone), day, page),
);

export async function objectsOf(
  { pool }: Pick<Backbone, 'pool'>,
  zone: Zone,
  day: string,
  { after, limit }: AskedPage,
): Promise<ObjectPage> {
  const [from, to] = keysOf(zone, day);
  // Another day's key would begin elsewhere.
  const begin = after?.startsWith(from) ? after : from;
  const { rows } = await pool.query<Row>(listOf(zone.job), [begin, to, from, limit + 1]);
  const shown = rows.slice(0, limit);
  return {
    rows: shown.map(({ doneAt, ...row }) => ({
      ...row,
      committedAt: row.committedAt.toISOString(),
      ...(zone.job && { doneAt: doneAt?.toISOString() ?? null }),
    })),
    next: rows.length > limit ? (shown.at(-1)?.key ?? null) : null,
  };
}
