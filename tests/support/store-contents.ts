/** The contents of the stores, queried directly: shares no code with the proof. */
import type { Pool } from '#adapters/postgres/index.ts';

export interface StoreContents {
  /** In the warehouse. */
  readonly orders: number;
  readonly cents: number;
  /** Dead letters by topic and reason; a topic without any is absent. */
  readonly reasons: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Pieces on hand by product. */
  readonly stock: ReadonlyMap<string, number>;
  /** All payments of the raw table. */
  readonly paid: Money;
  /** Payments of the clean table by hour of payment, ISO 8601 in UTC. */
  readonly paidByHour: ReadonlyMap<string, Money>;
}

export interface Money {
  readonly transactions: number;
  readonly cents: number;
}

export async function readStoreContents(pool: Pool): Promise<StoreContents> {
  const warehouse = await pool.query<{ orders: number; cents: number }>(
    'select count(*) as orders, coalesce(sum(amount) * 100, 0)::bigint as cents from warehouse.fact_orders',
  );
  const letters = await pool.query<{ topic: string; reason: string; count: number }>(
    `select letters.topic, reason, count(*) as count from ledger.dead_letters as letters join ledger.deliveries using (delivery_id)
     where state = 'committed' group by letters.topic, reason`,
  );
  const { rows } = await pool.query<{ product_id: string; quantity_on_hand: number }>(
    'select product_id, quantity_on_hand from inventory.inventory',
  );
  const paid = await pool.query<Money>(
    'select count(*) as transactions, coalesce(sum(amount) * 100, 0)::bigint as cents from payments.transactions',
  );
  const clean = await pool.query<Money & { hour: Date }>(
    `select event_hour as hour, count(*) as transactions, (sum(amount) * 100)::bigint as cents
     from payments.transactions_clean group by event_hour`,
  );
  const byTopic = Map.groupBy(letters.rows, ({ topic }) => topic);
  return {
    orders: warehouse.rows[0]?.orders ?? 0,
    cents: warehouse.rows[0]?.cents ?? 0,
    reasons: Object.fromEntries(
      [...byTopic].map(([topic, some]) => [
        topic,
        Object.fromEntries(some.map(({ reason, count }) => [reason, count])),
      ]),
    ),
    stock: new Map(rows.map(({ product_id, quantity_on_hand }) => [product_id, quantity_on_hand])),
    paid: paid.rows[0] ?? { transactions: 0, cents: 0 },
    paidByHour: new Map(
      clean.rows.map(({ hour, transactions, cents }) => [hour.toISOString(), { transactions, cents }]),
    ),
  };
}
