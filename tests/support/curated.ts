/** Merges orders into curated by the SQL of Spark's batch and stream, without Spark. */
import { readFile } from 'node:fs/promises';
import type { Pool, Transaction } from '#adapters/postgres/index.ts';
import { inRepository } from '#adapters/repository.ts';
import { uuidOf } from './payments.ts';

export interface StagedOrder {
  /** The order's number, and its offset unless that is given. */
  readonly number: number;
  readonly partition?: number;
  readonly offset?: number;
  readonly amount?: string;
  readonly segment?: string;
  /** A number; and a product of that number. */
  readonly customer?: number;
}

/**
 * Stages the orders.
 *
 * @param run lower-case letters
 * @param isSettled as by the batch; the stream's are not
 * @returns what merges them, in a transaction
 */
export async function stage(
  pool: Pool,
  run: string,
  orders: readonly StagedOrder[],
  isSettled = true,
): Promise<(transaction: Transaction) => Promise<unknown>> {
  const merge = await readFile(inRepository('spark/jobs/shared/merge_orders.sql'), 'utf8');
  const rows = orders.map(
    ({ number, partition = 0, offset = number, amount = '1.00', segment = 'new', customer = 1 }) =>
      `('${uuidOf(number)}', ${partition}, ${offset}, ${amount}::numeric(10, 2), '${segment}', '${uuidOf(customer)}', 'p${customer}')`,
  );
  await pool.query(`
    create table staging.fact_orders_${run} as
      select orders.*, 1 as quantity, 'EUR' as currency, 'home' as category, 'DE' as country, '2026-01-02' as order_date,
        '2026-01-02T03:04:05Z' as created_at, ${isSettled} as is_settled
      from (values ${rows.join(', ')})
        as orders (order_id, kafka_partition, kafka_offset, amount, customer_segment, customer_id, product_id);
    create table staging.dim_customers_${run} as
      select distinct customer_id, 'DE' as country, 'new' as segment, null as signed_up_at from staging.fact_orders_${run};
    create table staging.dim_products_${run} as
      select distinct product_id, 'Lamp' as name, 'home' as category, null::numeric as price from staging.fact_orders_${run}`);
  return (transaction) => transaction.query(merge.replaceAll(/\$\{run\}/g, run));
}
