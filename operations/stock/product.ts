/** One product: the sum that gives its stock, and how much was on hand over time. */
import { inTransaction, type Transaction } from '#adapters/postgres/index.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';

export interface ProductLook {
  readonly product: string;
  readonly name: string;
  readonly category: string;
  /** opening - sold + restocked + corrected = due, which must be on hand. */
  readonly opening: number;
  readonly sold: number;
  readonly restocked: number;
  /** What counts found too much or, below zero, missing. */
  readonly corrected: number;
  readonly due: number;
  readonly onHand: number;
  readonly balanced: boolean;
  readonly threshold: number;
  /** How often it was sold, online or in a store, and restocked. */
  readonly sales: number;
  readonly restocks: number;
  readonly counts: number;
  /** How many sales and restocks came after a count that they are in: none of them is in the sum. */
  readonly covered: number;
  /** The time of the newest count, ISO 8601, UTC; null if it was never counted. */
  readonly countedAt: string | null;
  /** ISO 8601, UTC. */
  readonly lastUpdated: string;
  readonly levels: Levels;
}

/** What was on hand, by the time at which movements took effect here. */
export interface Levels {
  /** Before the first of the points; null if there is none. */
  readonly before: number | null;
  /** Ascending. Each is of the movements of one time, or of several that are near each other if there are more than MOST_POINTS. */
  readonly points: readonly {
    /** Of the last of them, ISO 8601, UTC. */
    readonly at: string;
    readonly quantity: number;
    /** The least since the point before: a dip that was over by then. */
    readonly least: number;
  }[];
  /** In all points. */
  readonly movements: number;
}

/** As many as a screen has room for: of more, all of one 500th of the time become one point. */
export const MOST_POINTS = 500;

/** Movements are added up by the index alone, which doesn't tell what is a count; counts have an index of their own, and are few. */
const SUM = `
  with changes as (
    select
      coalesce(-sum(change) filter (where change < 0), 0) as taken,
      coalesce(sum(change) filter (where change > 0), 0) as added,
      count(*) filter (where change < 0) as takings,
      count(*) filter (where change > 0) as additions,
      count(*) filter (where change = 0) as without
    from inventory.events_log
    where product_id = $1 and status = 'processed'
  ),
  counted as (
    select
      coalesce(-sum(change) filter (where change < 0), 0) as taken,
      coalesce(sum(change) filter (where change > 0), 0) as added,
      count(*) filter (where change < 0) as takings,
      count(*) filter (where change > 0) as additions,
      count(*) filter (where change = 0) as without,
      count(*) as counts
    from inventory.events_log
    where product_id = $1 and status = 'processed' and counted is not null
  ),
  moved as (
    select
      (changes.taken - counted.taken)::bigint as sold,
      (changes.added - counted.added)::bigint as restocked,
      (counted.added - counted.taken)::bigint as corrected,
      changes.takings - counted.takings as sales,
      changes.additions - counted.additions as restocks,
      counts,
      changes.without - counted.without as covered
    from changes
    cross join counted
  )
  select
    product_id as product,
    name,
    category,
    opening_quantity as opening,
    sold,
    restocked,
    corrected,
    opening_quantity - sold + restocked + corrected as due,
    quantity_on_hand as "onHand",
    opening_quantity - sold + restocked + corrected = quantity_on_hand as balanced,
    low_stock_threshold as threshold,
    sales,
    restocks,
    counts,
    covered,
    counted_at as "countedAt",
    last_updated as "lastUpdated"
  from inventory.inventory
  inner join shop.products using (product_id)
  cross join moved
  where product_id = $1`;

/**
 * The changes of each point, and the least that they sum up to within it. A delivery's movements have one time, and their order among
 * themselves is nobody's: rows of the same time are added at once.
 */
const CHANGES = `
  with movements as not materialized (
    select processed_at, change
    from inventory.events_log
    where
      product_id = $1
      and status = 'processed'
      and processed_at >= coalesce(now() - make_interval(secs => $2), '-infinity')
  ),
  bounds as (
    select count(*) as movements, min(processed_at) as first, max(processed_at) as last from movements
  ),
  -- Materialized: a plan that expects few rows would look for the bounds anew at each.
  spans as materialized (
    select
      first,
      case when movements <= ${MOST_POINTS} then interval '1 microsecond'
        -- Longer by the last digit: so the last movement is in the last span.
        else (last - first) / ${MOST_POINTS} + interval '1 microsecond' end as span
    from bounds
  ),
  running as (
    select processed_at, change, sum(change) over (order by processed_at) as level from movements
  )
  select
    max(processed_at) as at,
    sum(change)::bigint as change,
    min(level)::bigint as least,
    count(*) as movements
  from running
  cross join spans
  group by date_bin(span, processed_at, first)
  order by at`;

interface ChangeRow {
  readonly at: Date;
  readonly change: number;
  /** As a sum from the first on. */
  readonly least: number;
  readonly movements: number;
}

/**
 * Of one moment, so that the sum and the levels are of the same movements.
 *
 * @param seconds of the levels, up to now; all there are if absent
 * @returns undefined if there is no such product on the shelves
 */
export const lookAtProduct = askable(
  'lookAtProduct',
  (
    { pool }: Pick<Backbone, 'pool'>,
    { product, seconds }: { readonly product: string; readonly seconds?: number | undefined },
  ): Promise<ProductLook | undefined> =>
    inTransaction(
      pool,
      async (transaction) => {
        type Row = Omit<ProductLook, 'levels' | 'lastUpdated' | 'countedAt'> & {
          readonly lastUpdated: Date;
          readonly countedAt: Date | null;
        };
        const [row] = (await transaction.query<Row>(SUM, [product])).rows;
        if (!row) return undefined;
        const levels = await levelsOf(transaction, { ...row, seconds });
        return {
          ...row,
          lastUpdated: row.lastUpdated.toISOString(),
          countedAt: row.countedAt?.toISOString() ?? null,
          levels,
        };
      },
      'isolation level repeatable read read only',
    ),
);

async function levelsOf(
  transaction: Transaction,
  { product, onHand, seconds }: { product: string; onHand: number; seconds: number | undefined },
): Promise<Levels> {
  const { rows } = await transaction.query<ChangeRow>(CHANGES, [product, seconds ?? null]);
  const sum = (of: 'change' | 'movements') => rows.reduce((total, row) => total + row[of], 0);
  // Backwards from what is on hand, so that nothing before the time has to be read.
  const before = onHand - sum('change');
  let quantity = before;
  const points = rows.map(({ at, change, least }) => {
    quantity += change;
    return { at: at.toISOString(), quantity, least: before + least };
  });
  return { before: rows.length === 0 ? null : before, points, movements: sum('movements') };
}
