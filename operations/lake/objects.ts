/** The objects of a day, one by one, the oldest first: as the ledger knows them. */
import type { Backbone } from '../backbone.ts';
import { keysOf, type ZoneName, zoneOf } from './zones.ts';

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
  /** When its job was done with it; null while it waits. */
  readonly doneAt: string | null;
}

export interface ObjectPage {
  readonly rows: readonly ListedObject[];
  /** The key to go on after; null at the end. */
  readonly next: string | null;
}

const doneAt = { raw: 'loaded_at', bronze: 'aggregated_at' } as const;

const listOf = (done: string, at: string): string => `
  select
    object_key as key,
    delivery_id as delivery,
    partition,
    first_offset as first,
    last_offset as last,
    accepted as rows,
    object_bytes as bytes,
    committed_at as "committedAt",
    done.${at} as "doneAt"
  from ledger.deliveries
  left join ${done} as done using (delivery_id)
  where object_key > $1 and object_key < $2 and starts_with(object_key, $3) and state = 'committed'
  order by object_key
  limit $4`;

interface Row extends Omit<ListedObject, 'committedAt' | 'doneAt'> {
  readonly committedAt: Date;
  readonly doneAt: Date | null;
}

/** @param after the key behind which it goes on */
export async function listObjects(
  { pool }: Pick<Backbone, 'pool'>,
  name: ZoneName,
  day: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<ObjectPage> {
  const zone = zoneOf(name);
  const [from, to] = keysOf(zone, day);
  // Another day's key would begin elsewhere.
  const begin = after?.startsWith(from) ? after : from;
  const { rows } = await pool.query<Row>(listOf(zone.done, doneAt[name]), [begin, to, from, limit + 1]);
  const shown = rows.slice(0, limit);
  return {
    rows: shown.map((row) => ({
      ...row,
      committedAt: row.committedAt.toISOString(),
      doneAt: row.doneAt?.toISOString() ?? null,
    })),
    next: rows.length > limit ? (shown.at(-1)?.key ?? null) : null,
  };
}
