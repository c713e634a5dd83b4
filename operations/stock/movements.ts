/** What moved a product, the newest first, each with what was on hand after it; page by page, as fast at the end as at the beginning. */
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { type MovementPlace, readPlace, writePlace } from './place.ts';

export interface ProductMovement {
  /** When it took effect here and when it happened, ISO 8601, UTC. */
  readonly processedAt: string;
  readonly occurredAt: string | null;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly eventId: string;
  /** Of a sale; null of a restock or a count. */
  readonly orderId: string | null;
  readonly change: number;
  readonly after: number;
  /** Of a count: the pieces that it found. Null of what moved. */
  readonly counted: number | null;
  /** Pieces that it moved before a count that was there already: its change is 0. Null of any other. */
  readonly covered: number | null;
}

export interface MovementsAsked {
  readonly product: string;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface MovementPage {
  readonly rows: readonly ProductMovement[];
  /** What to ask for as `after` to go on; null if there is nothing left. */
  readonly next: string | null;
}

/**
 * Backwards from what is on hand. What moved it after the page is added up by the index alone; only those of the very time at which the
 * page begins are told apart by their places. Materialized, since a plan that expects few rows would add up anew for each.
 */
const MOVEMENTS = `
  with shelf as (
    select quantity_on_hand from inventory.inventory where product_id = $1
  ),
  movements as not materialized (
    select processed_at, occurred_at, topic, partition, kafka_offset, event_id, order_id, change, counted, covered
    from inventory.events_log
    where product_id = $1 and status = 'processed'
  ),
  later as materialized (
    select coalesce(sum(change), 0) as change
    from movements
    where processed_at > $2::timestamptz
  ),
  as_late as materialized (
    select coalesce(sum(change), 0) as change
    from movements
    where processed_at = $2::timestamptz and (topic, partition, kafka_offset) >= ($3, $4::integer, $5::bigint)
  ),
  page as (
    select *
    from movements
    where
      $2::timestamptz is null
      or (
        processed_at <= $2::timestamptz
        and (processed_at, topic, partition, kafka_offset) < ($2::timestamptz, $3, $4::integer, $5::bigint)
      )
    order by processed_at desc, topic desc, partition desc, kafka_offset desc
    limit $6
  )
  select
    to_char(processed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "processedAt",
    to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "occurredAt",
    topic,
    partition,
    kafka_offset as "offset",
    event_id as "eventId",
    order_id as "orderId",
    page.change,
    counted,
    covered,
    (
      quantity_on_hand - later.change - as_late.change - coalesce(
        sum(page.change) over (
          order by processed_at desc, topic desc, partition desc, kafka_offset desc
          rows between unbounded preceding and 1 preceding
        ), 0
      )
    )::bigint as after
  from page
  cross join shelf
  cross join later
  cross join as_late
  order by processed_at desc, topic desc, partition desc, kafka_offset desc`;

/** @throws if `after` is no place */
export const listMovements = askable(
  'listMovements',
  async ({ pool }: Pick<Backbone, 'pool'>, { product, after, limit }: MovementsAsked): Promise<MovementPage> => {
    const place: Partial<MovementPlace> = after === undefined ? {} : readPlace(after);
    const { processedAt = null, topic = null, partition = null, offset = null } = place;
    const { rows: found } = await pool.query<ProductMovement>(MOVEMENTS, [
      ...[product, processedAt, topic, partition, offset],
      limit + 1,
    ]);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    return { rows, next: last ? writePlace(last) : null };
  },
);
