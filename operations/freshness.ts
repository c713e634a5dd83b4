/** How fresh the tables are that answer a question: who fills each, and what of it there is. */
import type { Pool } from '#adapters/postgres/index.ts';

interface Filling {
  /** Who fills it, and how often. */
  readonly by: string;
  /** A query of one row with the time until which it is filled, null if it never was; absent if nothing tells. */
  readonly until?: string;
}

const byLoads: Filling = {
  by: 'the function load-orders, as orders arrive in the lake, and the DAG orders_minio_to_postgres, every five minutes',
  until: 'select max(loaded_at) as until from ledger.loads',
};
const byCuration: Filling = {
  by: 'the DAGs stream_orders, every hour, and curate_orders, at midnight',
  until: 'select max(created_at) as until from curated.newest_orders(days => 1) where created_at <= now()',
};
const byAggregation: Filling = {
  by: 'the DAG aggregate_user_events, at midnight',
  until: 'select max(aggregated_at) as until from gold.aggregations',
};
const byTransformation: Filling = {
  by: 'the DAG process_kafka_to_postgres, every hour',
  until: 'select max(transformed_at) as until from payments.transformed_hours',
};

/** By the name of each table that a question of sql/analytics reads. */
const fillings: Readonly<Record<string, Filling>> = {
  'warehouse.fact_orders': byLoads,
  'curated.fact_orders': byCuration,
  'curated.dim_products': byCuration,
  'gold.daily_orders': byAggregation,
  'gold.daily_product_clicks': byAggregation,
  'payments.hourly_amounts': byTransformation,
  'payments.hourly_metrics': byTransformation,
  'payments.transactions_clean': byTransformation,
  'inventory.reports': {
    by: 'the DAG daily_inventory_report, at midnight for the day before, or npx tillstream report',
    until: "select (max(report_date) + 1)::timestamp at time zone 'UTC' as until from inventory.reports",
  },
  'inventory.inventory': {
    by: 'the function update-inventory, as sales, restocks and counts come',
    until: 'select max(last_updated) as until from inventory.inventory',
  },
  'shop.products': { by: 'the shop' },
};

export interface Freshness {
  readonly table: string;
  readonly by: string;
  /** Null if it is empty; absent if it is filled and nothing tells until when. */
  readonly until?: Date | null;
}

/** The tables that the text names, such as a question's `From warehouse.fact_orders: …`, each once. */
function tablesIn(source: string): string[] {
  const [tables = ''] = source.split(':', 1);
  return [...new Set(tables.match(/\b[a-z]+\.[a-z_]+\b/g))];
}

/** @throws if a question reads a table of which this file does not say who fills it */
export function freshnessOf(pool: Pool, source: string): Promise<Freshness[]> {
  return Promise.all(
    tablesIn(source).map(async (table) => {
      const filling = fillings[table];
      if (!filling) throw new Error(`Expected operations/freshness.ts to say who fills ${table}.`);
      const { by, until } = filling;
      if (until === undefined) {
        const { rowCount } = await pool.query(`select from ${table} limit 1`);
        return { table, by, ...(rowCount === 0 && { until: null }) };
      }
      const { rows } = await pool.query<{ until: Date | null }>(until);
      return { table, by, until: rows[0]?.until ?? null };
    }),
  );
}
