/** Rebuilds the stock from the log of events: opening quantity + every processed change. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';

export interface InventoryReplay {
  readonly products: number;
  /** Events of the log that moved stock. */
  readonly events: number;
  /** Number of products whose quantity was not what the log says. */
  readonly differing: number;
  /** Those products in the order of product_id, the first MOST_NAMED of them. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly product_id: string;
  readonly quantity_on_hand: number;
  readonly according_to_log: number;
}

interface ReplayOptions {
  /** Finds the differences and changes nothing. */
  readonly dryRun: boolean;
  /** When it must have ended, in milliseconds since 1970; a minute from now if absent. */
  readonly deadline?: number;
}

/** The answer must stay far below the 6 MB that Lambda allows, and its log entry below 256 KB. */
const MOST_NAMED = 1_000;

/**
 * Locks every product in the order of product_id, as update-inventory does, so that the two cannot deadlock. From then on
 * the log holds every event that moved these products, and no event can move them until the transaction ends.
 */
export function replayInventory(pool: Pool, { dryRun, deadline }: ReplayOptions): Promise<InventoryReplay> {
  return inTransactionUntil(pool, deadline, async (transaction) => {
    const locked = await transaction.query('select from inventory.inventory order by product_id for update');
    const log = await transaction.query<{ events: number }>(
      `select count(*) as events from inventory.events_log where status = 'processed'`,
    );
    const { rows } = await transaction.query<Difference>(FIND_DIFFERENCES);
    if (rows.length > 0 && !dryRun)
      await transaction.query(CORRECT, [
        rows.map(({ product_id }) => product_id),
        rows.map(({ according_to_log }) => according_to_log),
      ]);
    return {
      products: locked.rowCount ?? 0,
      events: log.rows[0]?.events ?? 0,
      differing: rows.length,
      differences: rows.slice(0, MOST_NAMED),
    };
  });
}

const FIND_DIFFERENCES = `
  with products as (
    select product_id, opening_quantity, quantity_on_hand from inventory.inventory
  ),
  processed as (
    select product_id, change from inventory.events_log where status = 'processed'
  ),
  moved as (
    select product_id, sum(change) as change from processed group by product_id
  ),
  replayed as (
    select product_id, quantity_on_hand, opening_quantity + coalesce(change, 0)::bigint as according_to_log
    from products
    left join moved using (product_id)
  )
  select product_id, quantity_on_hand, according_to_log
  from replayed
  where quantity_on_hand <> according_to_log
  order by product_id`;

const CORRECT = `
  update inventory.inventory
  set quantity_on_hand = replayed.quantity, last_updated = clock_timestamp()
  from unnest($1::text[], $2::bigint[]) as replayed (product_id, quantity)
  where inventory.product_id = replayed.product_id`;
