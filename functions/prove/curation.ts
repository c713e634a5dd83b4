/** The books of curation: gold is what bronze adds up to, curated is what the warehouse and the shop's history hold. */

import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';
import { announcedCheck } from './announced.ts';
import { addUpBronze, clicksText, type Gold, goldDifferences, ordersText } from './gold.ts';
import { type Check, check, locate } from './proof.ts';
import type { Sources } from './prove.ts';
import type { ProofOptions } from './request.ts';
import type { Range } from './tiling.ts';

export async function proveCuration(
  { lake }: Sources,
  transaction: Transaction,
  { depth, curated, coherent }: ProofOptions,
): Promise<Check[]> {
  return [
    ...(depth === 'rows'
      ? [await announcedCheck(transaction), await valuesCheck(transaction), ...(await goldChecks(lake, transaction))]
      : []),
    ...(curated
      ? [await countCheck(transaction), await revenueCheck(transaction), await bronzeCheck(transaction)]
      : []),
    ...(coherent ? [await purchasesCheck(transaction)] : []),
  ];
}

/** What an order must say in curated: of two orders with one id, the one from Kafka is in the warehouse and counts. */
const SOURCE = `
  source as (
    select order_id, user_id as customer_id, product_id, created_at, quantity, amount, currency, country
    from warehouse.fact_orders
    union all
    select order_id, customer_id, product_id, created_at, quantity, amount, currency, country
    from shop.orders
    where not exists (select from warehouse.fact_orders where fact_orders.order_id = orders.order_id)
  )`;

/** Spark's stream may be ahead of the warehouse and its batch behind it, so only orders that are in both are compared. */
async function valuesCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<{ order_id: string; curated: string; source: string }>(`
    with ${SOURCE}
    select order_id::text,
      to_jsonb(source)::text as source,
      jsonb_build_object('amount', curated.amount, 'currency', curated.currency, 'order_date', order_date)::text as curated
    from source
    join curated.fact_orders as curated using (order_id)
    where (curated.customer_id, curated.product_id, curated.created_at, curated.order_date, curated.quantity,
        curated.amount, curated.currency, curated.country)
      is distinct from (source.customer_id, source.product_id, source.created_at,
        (source.created_at at time zone 'UTC')::date, source.quantity, source.amount, source.currency, source.country)
    order by order_id
    limit 1000`);
  return check(
    'curated: every order says what its source says',
    0,
    rows.length,
    rows.map(({ order_id, curated, source }) => `order ${order_id}: ${curated}, its source ${source}`),
  );
}

async function countCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<{ order_id: string; missing: boolean }>(`
    with ${SOURCE}
    select order_id::text, curated.order_id is null as missing
    from source
    full join curated.fact_orders as curated using (order_id)
    where source.order_id is null or curated.order_id is null
    order by order_id
    limit 1000`);
  return check(
    'curated: every order of the warehouse and of shop.orders, and no other',
    0,
    rows.length,
    rows.map(({ order_id, missing }) => `order ${order_id} is ${missing ? 'not in curated' : 'in curated only'}`),
  );
}

async function revenueCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<Record<'source' | 'curated', string>>(`
    with ${SOURCE}
    select (${revenueOf('source')}) as source, (${revenueOf('curated.fact_orders')}) as curated`);
  const { source = '', curated = '' } = rows[0] ?? {};
  return check('curated: orders and revenue of each currency = warehouse and history, to the cent', source, curated);
}

/** The simulator's shoppers tell of every order they make, so the events know the same orders as the warehouse. */
async function purchasesCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<Record<'warehouse' | 'gold', string>>(`
    select (${revenueOf('warehouse.fact_orders')}) as warehouse,
      (${revenueOf('gold.daily_orders', 'sum(orders)', 'sum(revenue)')}) as gold`);
  const { warehouse = '', gold = '' } = rows[0] ?? {};
  return check('gold: orders and revenue of each currency = warehouse, to the cent', warehouse, gold);
}

/** "EUR 12 340.50, GBP 3 99.00": currency, orders, sum. */
const revenueOf = (table: string, orders = 'count(*)', sum = 'sum(amount)'): string => `
  select coalesce(string_agg(format('%s %s %s', currency, orders, revenue), ', ' order by currency), '')
  from (
    select currency, ${orders} as orders, ${sum}::numeric(30, 2) as revenue
    from ${table}
    group by currency
  ) as currencies`;

interface BronzeObject extends Range {
  readonly objectKey: string;
}

/** Committed bronze objects, in the order in which an event counts: by partition and offset. */
const bronzeObjects = (where: string): string => `
  select topic, partition, first_offset as "firstOffset", last_offset as "lastOffset", object_key as "objectKey"
  from ledger.deliveries
  left join gold.aggregations using (delivery_id)
  where consumer = $1 and state = 'committed' and object_key is not null and ${where}
  order by partition, first_offset`;

async function bronzeCheck(transaction: Transaction): Promise<Check> {
  const sql = bronzeObjects('aggregations.delivery_id is null');
  const { rows } = await transaction.query<BronzeObject>(sql, [streams.userEvents.consumer]);
  const waiting = rows.map((range) => `${locate(range)}: ${range.objectKey}`);
  return check('gold: no bronze object waits to be aggregated', 0, waiting.length, waiting);
}

/** Every event of the aggregated objects, read again. */
async function goldChecks(lake: Lake, transaction: Transaction): Promise<Check[]> {
  const sql = bronzeObjects('aggregations.delivery_id is not null');
  const { rows } = await transaction.query<BronzeObject>(sql, [streams.userEvents.consumer]);
  const bronze = addUpBronze();
  const unreadable: string[] = [];
  for (const object of rows)
    try {
      for (const line of readLines(await lake.read(object.objectKey))) bronze.add(line);
    } catch (error) {
      unreadable.push(`${locate(object)}: ${object.objectKey} can't be read: ${(error as Error).message}`);
    }
  const expected = bronze.gold();
  const actual = await readGold(transaction);
  const compare = (name: string, of: keyof Gold) => {
    const off = [...unreadable, ...goldDifferences(expected[of], actual[of])];
    return check(name, expected[of].size, actual[of].size, off);
  };
  return [
    compare('gold: clicks of each day and product = clicks in bronze', 'clicks'),
    compare('gold: orders and revenue of each day and currency = purchases in bronze, to the cent', 'orders'),
  ];
}

async function readGold(transaction: Transaction): Promise<Gold> {
  const clicks = await transaction.query<{ key: string; clicks: number; visitors: number }>(
    "select event_date || ' ' || product_id as key, clicks, visitors from gold.daily_product_clicks",
  );
  const orders = await transaction.query<{ key: string; orders: number; revenue: string }>(
    "select order_date || ' ' || currency as key, orders, revenue::text from gold.daily_orders",
  );
  return {
    clicks: new Map(clicks.rows.map((row) => [row.key, clicksText(row.clicks, row.visitors)])),
    orders: new Map(orders.rows.map((row) => [row.key, ordersText(row.orders, row.revenue)])),
  };
}
