/** Rebuilds the stock from what the log of events says. */
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';

export interface InventoryReplay {
  readonly products: number;
  /** Events of the log that moved stock. */
  readonly events: number;
  /** Products whose quantity was not what the log says. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly product_id: string;
  readonly quantity_on_hand: number;
  /** What the quantity must be: opening quantity + all processed changes. */
  readonly according_to_log: number;
}

/**
 * Locks every product as update-inventory does, in the order of product_id: then the log has all that moved them, and
 * nothing can move them until the end. Sets what differs, unless `dryRun`.
 */
export function replayInventory(pool: Pool, { dryRun }: { readonly dryRun: boolean }): Promise<InventoryReplay> {
  return inTransaction(pool, async (transaction) => {
    const locked = await transaction.query('select from inventory.inventory order by product_id for update');
    const log = await transaction.query<{ events: number }>(
      `select count(*) as events from inventory.events_log where status = 'processed'`,
    );
    const { rows } = await transaction.query<Difference>(DIFFERENCES);
    if (rows.length > 0 && !dryRun)
      await transaction.query(
        `update inventory.inventory
         set quantity_on_hand = said.quantity, last_updated = clock_timestamp()
         from unnest($1::text[], $2::bigint[]) as said (product_id, quantity)
         where inventory.product_id = said.product_id`,
        [rows.map(({ product_id }) => product_id), rows.map(({ according_to_log }) => according_to_log)],
      );
    return { products: locked.rowCount ?? 0, events: log.rows[0]?.events ?? 0, differences: rows };
  });
}

const DIFFERENCES = `
  with said as (
    select product_id, opening_quantity + coalesce(moved.change, 0)::bigint as quantity
    from inventory.inventory
    left join (
      select product_id, sum(change) as change
      from inventory.events_log
      where status = 'processed'
      group by product_id
    ) as moved using (product_id)
  )
  select product_id, quantity_on_hand, said.quantity as according_to_log
  from inventory.inventory
  join said using (product_id)
  where quantity_on_hand <> said.quantity
  order by product_id`;
