/** Computes a day's report from the log of movements and stores it in inventory.reports, over an earlier one. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import type { Report } from './report.ts';

/** The row, with counts in place of the two lists that may name every product: Lambda answers 6 MB at most. */
export interface Summary extends Pick<Report, 'report_date' | 'total_sales' | 'units_sold' | 'top_sellers'> {
  readonly low_stock_products: number;
  readonly oversold_products: number;
}

/** @param deadline when it must have ended, in milliseconds since 1970; a minute from now if absent */
export async function build(pool: Pool, day: string, deadline?: number): Promise<Summary> {
  const { rows } = await inTransactionUntil(pool, deadline, (transaction) => transaction.query<Summary>(BUILD, [day]));
  const [summary] = rows;
  if (!summary) throw new Error('Expected the row of the report from PostgreSQL, got none.');
  return summary;
}

/**
 * One statement, so one state of the tables. It takes nothing as it is now: each sale has the price of its time, names and shelves
 * are those of the end of the day, stock is what the last count until then found and what moved since, so the same events give the same report for ever.
 */
const BUILD = `
  with day as (
    select
      $1::date as report_date,
      $1::date::timestamp at time zone 'UTC' as starts_at,
      ($1::date + 1)::timestamp at time zone 'UTC' as ends_at
  ),
  products as (
    select
      product_id,
      name,
      price,
      case when lag(valid_from) over history is null then '-infinity' else valid_from end as valid_from,
      lead(valid_from, 1, 'infinity') over history as valid_to
    from shop.product_history
    window history as (partition by product_id order by valid_from)
  ),
  shelves as (
    select
      product_id,
      opening_quantity,
      low_stock_threshold,
      lag(valid_from) over history is null as is_first,
      valid_from,
      lead(valid_from, 1, 'infinity') over history as valid_to
    from inventory.shelf_history
    window history as (partition by product_id order by valid_from)
  ),
  -- Not materialized: the day's are found by an index.
  movements as not materialized (
    select product_id, coalesce(covered, change) as change, occurred_at
    from inventory.events_log
    where status = 'processed' and counted is null
  ),
  found as not materialized (
    select product_id, counted, occurred_at as counted_at, event_id
    from inventory.events_log
    where status = 'processed' and counted is not null
  ),

  names as (
    select product_id, name from products, day where valid_from < ends_at and ends_at <= valid_to
  ),
  counts as (
    select distinct on (product_id) product_id, counted, counted_at
    from found, day
    where counted_at < ends_at
    order by product_id, counted_at desc, event_id collate "C" desc
  ),
  changes as (
    select product_id, sum(change) as change
    from day
    join movements on occurred_at < ends_at
    left join counts using (product_id)
    where counted_at is null or occurred_at > counted_at
    group by product_id
  ),
  sales as (
    select product_id, -sum(change) as units, -sum(change * price) as revenue
    from day
    join movements on occurred_at >= starts_at and occurred_at < ends_at and change < 0
    join products using (product_id)
    where occurred_at >= products.valid_from and occurred_at < products.valid_to
    group by product_id
  ),
  ranked as (
    select *, row_number() over (order by units desc, revenue desc, product_id collate "C") as rank
    from sales
    join names using (product_id)
  ),
  stock as (
    select
      product_id,
      coalesce(counted, opening_quantity) + coalesce(change, 0) as stock,
      low_stock_threshold as threshold,
      jsonb_build_object(
        'product_id', product_id,
        'name', name,
        'stock', coalesce(counted, opening_quantity) + coalesce(change, 0),
        'threshold', low_stock_threshold
      ) as shortage
    from day
    join shelves on ends_at <= valid_to
    join names using (product_id)
    left join counts using (product_id)
    left join changes using (product_id)
    -- A product that came later was on no shelf, unless something had moved it, or somebody counted it.
    where
      low_stock_threshold is not null
      and (valid_from < ends_at or (is_first and (change is not null or counted is not null)))
  ),

  totals as (
    select coalesce(sum(revenue), 0) as total_sales, coalesce(sum(units), 0) as units_sold from sales
  ),
  top_sellers as (
    select coalesce(
      jsonb_agg(
        jsonb_build_object('product_id', product_id, 'name', name, 'units', units, 'revenue', revenue::text)
        order by rank
      ),
      '[]'
    ) as top_sellers
    from ranked
    where rank <= 10
  ),
  shortages as (
    select
      coalesce(jsonb_agg(shortage order by stock, product_id collate "C") filter (where stock < threshold), '[]')
        as low_stock,
      coalesce(jsonb_agg(shortage order by stock, product_id collate "C") filter (where stock < 0), '[]') as oversold
    from stock
  )

  insert into inventory.reports (report_date, total_sales, units_sold, top_sellers, low_stock, oversold)
  select report_date, total_sales, units_sold, top_sellers, low_stock, oversold
  from day, totals, top_sellers, shortages
  on conflict (report_date) do update set
    total_sales = excluded.total_sales,
    units_sold = excluded.units_sold,
    top_sellers = excluded.top_sellers,
    low_stock = excluded.low_stock,
    oversold = excluded.oversold
  returning
    to_char(report_date, 'YYYY-MM-DD') as report_date,
    total_sales::text,
    units_sold,
    top_sellers,
    jsonb_array_length(low_stock) as low_stock_products,
    jsonb_array_length(oversold) as oversold_products`;
