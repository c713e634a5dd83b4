/** The products on the shelves, the one with the least on hand first. */
import type { Backbone } from '../backbone.ts';

export const stockStates = ['all', 'low', 'oversold'] as const;

/** `low` is below its threshold; what is oversold, below zero, is among them unless its threshold is lower still. */
export type StockState = (typeof stockStates)[number];

export interface StockedProduct {
  readonly product: string;
  readonly name: string;
  readonly category: string;
  readonly onHand: number;
  readonly threshold: number;
  /** ISO 8601, UTC. */
  readonly lastUpdated: string;
}

export interface ProductsAsked {
  readonly state?: StockState | undefined;
  /** In the id or the name, in whatever case. */
  readonly text?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ProductPage {
  readonly rows: readonly StockedProduct[];
  /** What to ask for as `after` to go on; null if there is nothing left. */
  readonly next: string | null;
  /** Of all with the text. */
  readonly counts: Readonly<Record<StockState, number>>;
}

const SHELVES = `
  with shelves as (
    select product_id, name, category, quantity_on_hand, low_stock_threshold, last_updated
    from inventory.inventory
    inner join shop.products using (product_id)
    where $1::text is null or strpos(lower(product_id), lower($1)) > 0 or strpos(lower(name), lower($1)) > 0
  )`;

const CONDITIONS: Readonly<Record<StockState, string>> = {
  all: 'true',
  low: 'quantity_on_hand < low_stock_threshold',
  oversold: 'quantity_on_hand < 0',
};

/** An id may hold any character, so the quantity comes first. */
const PLACE = /^(-?\d{1,18}):(.+)$/s;

export const isProductPlace = (text: string): boolean => PLACE.test(text);

export async function listProducts(
  { pool }: Pick<Backbone, 'pool'>,
  { state = 'all', text, after, limit }: ProductsAsked,
): Promise<ProductPage> {
  const [, quantity = null, product = null] = PLACE.exec(after ?? '') ?? [];
  const list = `${SHELVES}
    select
      product_id as product,
      name,
      category,
      quantity_on_hand as "onHand",
      low_stock_threshold as threshold,
      last_updated as "lastUpdated"
    from shelves
    where ${CONDITIONS[state]} and ($2::bigint is null or (quantity_on_hand, product_id) > ($2, $3))
    order by quantity_on_hand, product_id
    limit $4`;
  const count = `${SHELVES}
    select ${stockStates.map((each) => `count(*) filter (where ${CONDITIONS[each]}) as ${each}`).join(', ')} from shelves`;
  const [listed, counted] = await Promise.all([
    pool.query<Omit<StockedProduct, 'lastUpdated'> & { lastUpdated: Date }>(list, [
      text ?? null,
      quantity,
      product,
      limit + 1,
    ]),
    pool.query<Record<StockState, number>>(count, [text ?? null]),
  ]);
  const rows = listed.rows
    .slice(0, limit)
    .map(({ lastUpdated, ...row }) => ({ ...row, lastUpdated: lastUpdated.toISOString() }));
  const last = listed.rows.length > limit ? rows.at(-1) : undefined;
  return {
    rows,
    next: last ? `${last.onHand}:${last.product}` : null,
    counts: counted.rows[0] ?? { all: 0, low: 0, oversold: 0 },
  };
}
