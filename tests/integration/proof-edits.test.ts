/**
 * Plants an edit in every column of every table, in a row and to a value that chance picks, with triggers and foreign keys off, as a
 * superuser can. The proof must find each, unless functions/prove/unseen.ts says why nothing can.
 */
import { randomInt } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { ConsumedRecord } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import type { Consume } from '#delivery/consume.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { type OutboxMessage, toRecord } from '#delivery/messages.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { catalogue, type Stream, streams } from '#domain/streams.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load } from '#functions/load-orders/load.ts';
import { prove, proveAndClose } from '#functions/prove/prove.ts';
import { query } from '#functions/prove/queries.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { unseen } from '#functions/prove/unseen.ts';
import { redrive } from '#functions/redrive-dead-letters/redrive.ts';
import { build } from '#functions/report-inventory/build.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { updateShop } from '#functions/update-shop/update-shop.ts';
import { kafkaFrom, kafkaWithoutRecords } from '../support/kafka-from.ts';
import { payment, uuidOf } from '../support/payments.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';
import { readAllUpdates } from '../support/updates.ts';

const DAY = '2026-01-02';
const USER = uuidOf(7);
const order = (n: number, amount = n + 0.1) =>
  JSON.stringify({
    ...{ order_id: uuidOf(n), user_id: USER, product_id: 'p1', amount, quantity: 1, currency: 'EUR' },
    ...{ category: 'books', country: 'DE', created_at: `${DAY}T03:04:05Z` },
  });
const movement = (n: number, more: object, product_id = 'p1') =>
  JSON.stringify({ event_id: `e${n}`, product_id, quantity: n, timestamp: `${DAY}T03:04:05Z`, ...more });
const count = (count_id: string, counted: number, hour: number) =>
  JSON.stringify({ count_id, product_id: 'p1', counted, counted_at: `${DAY}T0${hour}:00:00Z` });
const sale = (n: number, product?: string) => movement(n, { order_id: `o${n}` }, product);
const purchase = (n: number) =>
  JSON.stringify({
    ...{ event_id: uuidOf(100 + n), user_id: USER, event_type: 'purchase', product_id: 'p1' },
    ...{ occurred_at: `${DAY}T03:04:05Z`, order_id: uuidOf(n), amount: n + 0.1, currency: 'EUR' },
  });
const click = (n: number) =>
  JSON.stringify({
    ...{ event_id: uuidOf(200 + n), user_id: USER, event_type: 'click', product_id: 'p1' },
    occurred_at: `${DAY}T04:00:00Z`,
  });

const product = (product_id: string, name: string) =>
  JSON.stringify({ product_id, name, category: 'books', price: '1.50' });
const customer = (n: number) =>
  JSON.stringify({
    ...{ customer_id: uuidOf(n), name: 'C. D.', email: 'c@mail.example', country: 'DE', segment: 'new' },
    signed_up_at: `${DAY}T03:04:05Z`,
  });

/** What Kafka holds in partition 0 of each topic: good records, a repeat, a conflict, and one that can't be read. */
const kafka: Readonly<Record<string, readonly string[]>> = {
  orders: [order(1), order(2), order(3), order(2), order(3, 99), 'not json'],
  online_orders: [sale(1), sale(2), sale(1), sale(3, 'unknown'), 'not json'],
  store_sales: [movement(11, { order_id: 'o11', store_id: 's1' })],
  supplier_restocks: [movement(21, { supplier_id: 's1' })],
  // The newest, an older one that changes nothing, a repeat, a conflict.
  stock_counts: [count('c1', 30, 4), count('c2', 40, 3), count('c1', 30, 4), count('c1', 31, 4), 'not json'],
  transactions: [1, 2, 3, 2].map((id) => payment({ id, at: `${DAY}T0${id}:00:00Z` })).concat('not json'),
  user_events: [purchase(1), purchase(2), purchase(3), click(1), click(2), 'not json'],
  products: [product('q1', 'Lamp'), product('q2', 'Desk'), product('q1', 'Large lamp'), 'not json'],
  customers: [customer(8), customer(9), customer(8)],
};
/** Of a topic that is compacted it is the id. */
const keyOf = (topic: string, value: string, offset: number): string => {
  const stream = catalogue.find((each) => each.topic === topic && each.cleanup);
  return stream && value.startsWith('{') ? JSON.parse(value)[stream.key] : `k${offset}`;
};
const records = (topic: string): ConsumedRecord[] =>
  (kafka[topic] ?? []).map((value, offset) => ({
    ...{
      offset,
      timestamp: 1_767_326_645_000,
      timestampType: 'CREATE_TIME' as const,
      key: Buffer.from(keyOf(topic, value, offset)),
    },
    ...{ value: Buffer.from(value), headers: [{ name: 'trace', value: Buffer.from(`t${offset}`) }] },
  }));

/** What relay-outbox publishes; a redriven record stands behind what the consumer has got. */
const published = (message: OutboxMessage, index: number): ConsumedRecord => {
  const offset = (kafka[message.topic] ? 1_000 : 0) + index;
  return { offset, timestamp: Date.now(), timestampType: 'CREATE_TIME', ...toRecord(message) };
};

let pool: Pool;
let provePool: Pool;
let sources: Sources;

async function deliver(lake: Lake): Promise<void> {
  const sink = { pool, lake, ...kafkaFrom(0) };
  const consumers: Readonly<Record<string, unknown>> = {
    [streams.orders.consumer]: writeToLake(sink, layoutOf(streams.orders)),
    [streams.userEvents.consumer]: writeToLake(sink, layoutOf(streams.userEvents)),
    [streams.transactions.consumer]: writeToPostgres(sink, storePayments),
    [streams.onlineOrders.consumer]: writeToPostgres(sink, applyMovements),
    [streams.products.consumer]: writeToPostgres(sink, updateShop),
  };
  for (const stream of Object.values(streams) as Stream[]) {
    const consume = consumers[stream.consumer] as Consume<Stream['event']>;
    await consume(stream, { topic: stream.topic, partition: 0, records: records(stream.topic) });
  }
  const loader = await poolAs('load_orders', pool);
  const { chunks } = await listNewFiles(loader);
  for (const { delivery_ids } of chunks)
    await load({ pool: loader, lake, kafka: kafkaWithoutRecords }, delivery_ids, 'test');
  await loader.end();
}

/** Nobody edits the lake here, and its objects are read hundreds of times. */
function remembering(lake: Lake): Lake {
  const remember = <Answer>(ask: (key: string) => Promise<Answer>) => {
    const answers = new Map<string, Promise<Answer>>();
    return (key: string) => {
      const answer = answers.get(key) ?? ask(key);
      answers.set(key, answer);
      return answer;
    };
  };
  const whole = remember((key) => lake.read(key));
  return {
    ...lake,
    head: remember(lake.head),
    read: (key, range) => (range ? lake.read(key, range) : whole(key)),
  };
}

/** What Spark's jobs make of it. */
const SPARK = `
  insert into curated.dim_customers select customer_id, country, segment, signed_up_at from shop.customers;
  insert into curated.dim_products select product_id, name, category, price from shop.products;
  insert into curated.fact_orders
    select order_id, customer_id, product_id, case when kafka_offset is not null then 0 end, kafka_offset, (created_at at time zone 'UTC')::date,
      created_at, quantity, amount, currency, coalesce(category, 'books'), country, 'new'
    from curated.sources;
  insert into curated.curations (delivery_id) select delivery_id from ledger.loads;
  insert into gold.daily_product_clicks values ('${DAY}', 'p1', 2, 1);
  insert into gold.daily_orders (order_date, currency, orders, revenue) values ('${DAY}', 'EUR', 3, 6.30);
  insert into gold.purchases
    select order_id, '${DAY}T03:04:05Z', 0, kafka_offset, '${DAY}', amount, 'EUR' from warehouse.fact_orders;
  insert into gold.aggregations (delivery_id, event_dates)
    select delivery_id, '{${DAY}}' from ledger.deliveries where topic = 'user_events'`;

beforeAll(async () => {
  pool = await freshDatabase();
  provePool = await poolAs('prove', pool);
  const lake = await freshLake();
  await pool.query(`
    insert into shop.products values ('p1', 'Novel', 'books', 12.50);
    insert into shop.suppliers values ('s1', 'Paper', 'x');
    insert into shop.customers values ('${USER}', 'A. B.', 'a@mail.example', 'DE', 'new', '2024-01-01T00:00:00Z');
    insert into shop.orders values ('${uuidOf(50)}', '${USER}', 'p1', 2, 25.00, 'EUR', 'DE', '2025-01-01T00:00:00Z');
    insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) values ('p1', 10, 10)`);
  await deliver(lake);
  await transform(pool, { full: false, deadline: Date.now() + 60_000 });
  const reports = await poolAs('report_inventory', pool);
  await build(reports, DAY);
  await reports.end();
  await pool.query(SPARK);
  const { rows } = await pool.query("select dead_letter_id from ledger.dead_letters where topic = 'transactions'");
  await redrive(pool, {
    dead_letter_ids: rows.map(({ dead_letter_id }) => dead_letter_id),
    redriven_by: 'ada',
    edited_value: Buffer.from(payment({ id: 9 })).toString('base64'),
    dry_run: false,
  });
  await pool.query(
    'update ledger.outbox set sent_at = now(); update ledger.announcements set sent_at = now(); update payments.transformed_hours set indexed_as_of = transformed_at',
  );
  const client = await provePool.connect();
  const index = await query<HourlyMetrics>(client, 'transactions_metrics', [null]);
  const sent = new Map<string, ConsumedRecord[]>();
  sent.set('inventory_updates', (await readAllUpdates(pool)).map(published));
  for (const topic of ['dlq', 'orders_cleaned', 'transactions'])
    sent.set(topic, (await query<OutboxMessage>(client, 'outbox_sent', [topic, 0, 1_000])).map(published));
  client.release();
  sources = {
    ...{ pool: provePool, lake: remembering(lake), hourlyMetrics: async () => index },
    offsets: async (topic) => [
      { partition: 0, earliest: 0, latest: kafka[topic]?.length ?? sent.get(topic)?.length ?? 0 },
    ],
    records: async function* (topic) {
      yield { partition: 0, records: [...records(topic), ...(sent.get(topic) ?? [])] };
    },
  };
  return () => Promise.all([provePool.end(), pool.end()]);
});

const OPTIONS = { depth: 'kafka', settled: true, curated: true } as const;
const proof = () => prove(sources, OPTIONS);

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
}

const COLUMNS = `
  select table_schema || '.' || table_name as table, column_name as name, udt_name as type
  from information_schema.columns
  join information_schema.tables using (table_schema, table_name)
  where table_schema in ('inventory', 'payments', 'warehouse', 'curated', 'gold', 'ledger', 'shop') and table_type = 'BASE TABLE'
  order by 1, ordinal_position`;

/** Other values for a column, of which the first that no constraint refuses is taken. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  text: [`coalesce($, '') || 'x'`, `'duplicate'`, `'rejected'`, `'abandoned'`],
  varchar: [`coalesce($, '') || 'x'`, `overlay($ placing 'x' from 1)`],
  int4: ['coalesce($, 0) + 1', 'coalesce($, 0) - 1', 'coalesce($, 0) + 1000'],
  int8: ['coalesce($, 0) + 1', 'coalesce($, 0) - 1', 'coalesce($, 0) + 1000'],
  numeric: ['coalesce($, 0) + 0.01', 'coalesce($, 0) + 1'],
  uuid: ['gen_random_uuid()'],
  timestamptz: [`coalesce($, now()) + interval '1 second'`],
  date: ['$ + 1'],
  _date: [`$ || date '2026-01-09'`],
  bool: ['not $'],
  jsonb: [`'[{"name": "x", "value": "eA=="}]'`, `'{"p1": 77}'`],
  bytea: [`coalesce($, '') || '\\x01'`],
};

const thrown = (cause: Error) => {
  throw cause;
};

/** SQLSTATE where a constraint, a type or `generated always` refuses a value. */
const REFUSALS = /^(23|22|428C9)/;

/** Edits a row that the seed picks. @returns what undoes it, or why there is nothing to undo */
async function plant(
  { table, name, type }: Column,
  seed: number,
  unseenRows: string,
): Promise<{ readonly undo: string } | 'no row' | 'refused'> {
  const column = `"${name}"`;
  const { rows } = await pool.query<{ place: string; before: string | null }>(
    `select ctid::text as place, ${column}::text as before from ${table}
     where (${unseenRows}) is not true
     order by ${column} is null, md5(${seed} || ctid::text) limit 1`,
  );
  if (!rows[0]) return 'no row';
  const { place, before } = rows[0];
  const edit = async (value: string, where: string) =>
    pool.query<{ place: string }>(
      `set local session_replication_role = replica; update ${table} set ${column} = ${value}
       where ctid = '${where}' and ${column} is distinct from ${value} returning ctid::text as place`,
    ) as unknown as { rows: { place: string }[] }[];
  for (const other of OTHERS[type] ?? [])
    try {
      const [, edited] = await edit(other.replaceAll('$', column), place);
      if (!edited?.rows[0]) continue;
      const old = before === null ? 'null' : `'${before.replaceAll("'", "''")}'`;
      const undo = `set local session_replication_role = replica; update ${table} set ${column} = ${old} where ctid = '${edited.rows[0].place}'`;
      return { undo };
    } catch (error) {
      if (!REFUSALS.test((error as { code?: string }).code ?? '')) throw error;
    }
  return 'refused';
}

it('finds an edit of any column, but of those that nothing can tell', async () => {
  const seed = randomInt(1_000_000);
  expect(
    (await proveAndClose(sources, OPTIONS, Date.now() + 60_000, thrown)).checks.filter(({ balanced }) => !balanced),
  ).toEqual([]);
  const { rows: columns } = await pool.query<Column>(COLUMNS);
  const names = columns.map(({ table, name }) => `${table}.${name}`);
  const listed = new Map(unseen.flatMap(({ columns, rows = 'true' }) => columns.map((name) => [name, rows])));
  expect([...listed.keys()].filter((name) => !names.includes(name))).toEqual([]);
  const missed: string[] = [];
  const empty = new Set<string>();
  const refused = new Set<string>();
  for (const column of columns) {
    const name = `${column.table}.${column.name}`;
    const unseenRows = listed.get(name) ?? 'false';
    if (unseenRows === 'true') continue;
    const planted = await plant(column, seed, unseenRows);
    if (planted === 'no row') empty.add(column.table);
    if (planted === 'refused') refused.add(name);
    if (typeof planted === 'string') continue;
    if ((await proof()).balanced) missed.push(name);
    await pool.query(planted.undo);
  }
  expect({ seed, missed }).toEqual({ seed, missed: [] });
  expect([...refused]).toEqual([
    'ledger.dead_letters.dead_letter_id',
    ...['delivery_id', 'state', 'records', 'accepted', 'duplicates', 'rejected'].map((of) => `ledger.deliveries.${of}`),
    ...['rows', 'inserted', 'duplicates', 'conflicts'].map((of) => `ledger.loads.${of}`),
    'ledger.outbox.outbox_id',
    'payments.transactions_clean.event_hour',
  ]);
  // proof.test.ts, outbox-removal.test.ts and described-in-both.test.ts plant edits in these.
  expect([...empty]).toEqual([
    'ledger.acknowledged_losses',
    'ledger.losses',
    'ledger.outbox_removed',
    'ledger.table_loads',
  ]);
  expect((await proof()).balanced).toBe(true);
});
