/** Orders of the warehouse and of the shop, curated by Spark. */
import { beforeAll, expect, test } from 'vitest';
import type { Order } from '#domain/streams/orders.ts';
import { parseMicros } from '#domain/time.ts';
import { check } from '#functions/check-quality/check.ts';
import { load } from '#functions/load-orders/load.ts';
import { until } from '#localstack/processes/until.ts';
import { archive, uuidOf } from '../../support/archived.ts';
import { kafkaWithoutRecords } from '../../support/kafka-from.ts';
import {
  lake,
  other,
  pool,
  proveCurated,
  query,
  SPARK_SESSIONS,
  spark,
  stagingTables,
  table,
  untilMerging,
} from './jobs.ts';

const [ADA, BOB, STRANGER] = [uuidOf(0xa), uuidOf(0xb), uuidOf(0xc)];
const [DAY_1, DAY_2, DAY_3] = ['2025-12-10', '2025-12-11', '2025-12-12'];

/** By default, a version 1 order by Ada for 10.10 euros on the second day. */
const order = (number: number, changes: Partial<Order> & { at?: string } = {}): Order => {
  const { at = `${DAY_2}T12:00:00Z`, ...others } = changes;
  return {
    order_id: uuidOf(number),
    ...{ user_id: ADA, amount: 1010, currency: 'EUR', category: 'books', country: 'DE' },
    created_at: parseMicros(at),
    ...others,
  };
};

/** Archives and loads orders, as archive-orders and load-orders do. @returns the delivery */
async function arrive(orders: readonly Order[], partition = 0): Promise<number> {
  const { id } = await archive({ pool, lake }, orders, { partition });
  await load({ pool, lake, kafka: kafkaWithoutRecords }, [id], 'test');
  return id;
}

const facts = () => table('select * from curated.fact_orders order by order_id');

/** Row versions, which change on every write, even of the same content. */
const versions = async () =>
  Object.fromEntries(
    (
      await query(`
        select order_id::text as key, xmin::text from curated.fact_orders
        union all select customer_id::text, xmin::text from curated.dim_customers
        union all select product_id, xmin::text from curated.dim_products`)
    ).map(({ key, xmin }) => [key, xmin]),
  );

/** Keys of the rows that `work` writes. */
async function written(work: () => Promise<unknown>): Promise<string[]> {
  const before = await versions();
  await work();
  const after = await versions();
  return Object.keys(after).filter((key) => after[key] !== before[key]);
}

const announced = async () =>
  (
    await query(
      "select convert_from(record_key, 'UTF8') as key from ledger.outbox where topic = 'orders_cleaned' order by outbox_id",
    )
  ).map(({ key }) => key);

const curate = (parameters?: Record<string, string>) => spark.run('curate_orders', parameters);

beforeAll(async () => {
  await pool.query(
    `insert into shop.customers (customer_id, name, email, country, segment, signed_up_at) values
       ($1, 'Ada', 'ada@shop.example', 'DE', 'vip', '2025-01-02T03:04:05.678901Z'),
       ($2, 'Bob', 'bob@shop.example', 'FR', 'new', '2025-12-09T00:00:00Z')`,
    [ADA, BOB],
  );
  await pool.query(`insert into shop.products values ('p-1', 'Novel', 'books', 12.50), ('p-2', 'Boots', 'shoes', 80)`);
  await pool.query(
    `insert into shop.orders (order_id, customer_id, product_id, quantity, amount, currency, country, created_at) values
       ($1, $3, 'p-1', 2, 25.00, 'EUR', 'DE', '2025-12-10T23:59:59.999999Z'),
       ($2, $4, 'p-2', 1, 80.00, 'USD', 'FR', '2025-12-11T00:00:00Z')`,
    [uuidOf(1), uuidOf(2), ADA, BOB],
  );
  await arrive([
    order(3, { product_id: 'p-1', quantity: 1 }),
    // A credit to a customer whom the shop does not know, in the last microsecond of its day.
    order(4, { user_id: STRANGER, amount: -1, category: 'shoes', country: 'AT', at: `${DAY_2}T23:59:59.999999Z` }),
    order(3, { product_id: 'p-1', quantity: 1 }),
  ]);
  // A product that the shop does not know, and a day that differs between UTC and other zones.
  await arrive([order(5, { user_id: BOB, product_id: 'p-9', category: 'toys', at: '2025-12-11T23:30:00-01:00' })], 1);
});

const FACTS = [
  [
    uuidOf(1),
    ADA,
    'p-1',
    null,
    null,
    DAY_1,
    '2025-12-10T23:59:59.999999+00:00',
    '2',
    '25.00',
    'EUR',
    'books',
    'DE',
    'vip',
  ],
  [uuidOf(2), BOB, 'p-2', null, null, DAY_2, '2025-12-11T00:00:00+00:00', '1', '80.00', 'USD', 'shoes', 'FR', 'new'],
  [uuidOf(3), ADA, 'p-1', '0', '0', DAY_2, '2025-12-11T12:00:00+00:00', '1', '10.10', 'EUR', 'books', 'DE', 'vip'],
  [
    uuidOf(4),
    STRANGER,
    null,
    '0',
    '1',
    DAY_2,
    '2025-12-11T23:59:59.999999+00:00',
    null,
    '-0.01',
    'EUR',
    'shoes',
    'AT',
    'unknown',
  ],
  [uuidOf(5), BOB, 'p-9', '1', '0', DAY_3, '2025-12-12T00:30:00+00:00', null, '10.10', 'EUR', 'toys', 'DE', 'new'],
];

test('both sources are curated, dimensions get what only orders mention, and streamed orders are announced', async () => {
  const { rows } = await curate();
  expect(rows).toEqual({ dim_customers: 3, dim_products: 3, fact_orders: 5, loads: 2 });
  expect(await facts()).toEqual(FACTS);
  expect(await table('select * from curated.dim_customers order by customer_id')).toEqual([
    [ADA, 'DE', 'vip', '2025-01-02T03:04:05.678901+00:00'],
    [BOB, 'FR', 'new', '2025-12-09T00:00:00+00:00'],
    [STRANGER, 'AT', 'unknown', null],
  ]);
  expect(await table('select * from curated.dim_products order by product_id')).toEqual([
    ['p-1', 'Novel', 'books', '12.50'],
    ['p-2', 'Boots', 'shoes', '80.00'],
    ['p-9', 'p-9', 'toys', null],
  ]);
  expect(await announced()).toEqual([uuidOf(3), uuidOf(4), uuidOf(5)]);
  expect(
    await query(
      `select convert_from(record_value, 'UTF8') as value, headers from ledger.outbox where topic = 'orders_cleaned' order by outbox_id limit 1`,
    ),
  ).toEqual([
    {
      value:
        `{"order_id":"${uuidOf(3)}","customer_id":"${ADA}","product_id":"p-1","kafka_partition":0,"kafka_offset":0,` +
        `"order_date":"2025-12-11","created_at":"2025-12-11T12:00:00.000000Z","quantity":1,"amount":10.10,"currency":"EUR",` +
        `"category":"books","country":"DE","customer_segment":"vip"}`,
      // A UUID in base64.
      headers: [{ name: 'event_id', value: expect.stringMatching(/^[A-Za-z0-9+/]{48}$/) }],
    },
  ]);
  expect(await stagingTables()).toBe(0);
});

test('a rerun changes nothing', async () => {
  expect(await written(async () => expect((await curate()).rows).toMatchObject({ fact_orders: 0, loads: 0 }))).toEqual(
    [],
  );
  expect(await announced()).toHaveLength(3);
});

test('a late order has its day curated again, and no other day', async () => {
  await pool.query(`update shop.customers set segment = 'loyal' where customer_id = $1`, [ADA]);
  await arrive([order(6, { at: `${DAY_1}T08:00:00Z` })]);
  const changed = await written(async () => expect((await curate()).rows).toMatchObject({ fact_orders: 2, loads: 1 }));
  expect(changed.sort()).toEqual([uuidOf(1), uuidOf(6), ADA].sort());
  const segments = await table(
    'select order_id, customer_segment from curated.fact_orders where customer_segment = $$loyal$$',
  );
  expect(segments.map(([id]) => id).sort()).toEqual([uuidOf(1), uuidOf(6)]);
  expect(await announced()).toEqual([uuidOf(3), uuidOf(4), uuidOf(5), uuidOf(6)]);
});

test('a requested day is curated again, even if its count and sum are right', async () => {
  await pool.query(`update curated.fact_orders set category = 'wrong' where order_id = $1`, [uuidOf(2)]);
  expect(await written(curate)).toEqual([]);
  // Ada's segment has changed since the day was curated.
  expect((await written(() => curate({ date: DAY_2 }))).sort()).toEqual([uuidOf(2), uuidOf(3)]);
  expect((await facts())[1]).toEqual(FACTS[1]);
  expect(await announced()).toEqual([uuidOf(3), uuidOf(4), uuidOf(5), uuidOf(6), uuidOf(3)]);
});

test('a customer whom the shop adds later gets a segment in earlier orders', async () => {
  await pool.query(
    `insert into shop.customers (customer_id, name, email, country, segment, signed_up_at)
     values ($1, 'Eve', 'eve@shop.example', 'AT', 'new', '2025-12-13T00:00:00Z')`,
    [STRANGER],
  );
  expect((await written(curate)).sort()).toEqual([uuidOf(4), STRANGER].sort());
  expect(await table(`select customer_segment from curated.fact_orders where customer_id = '${STRANGER}'`)).toEqual([
    ['new'],
  ]);
  expect((await announced()).slice(5)).toEqual([uuidOf(4)]);
});

test('orders that the stream has curated stay, and the warehouse decides which of two records counts', async () => {
  const streamed = `
    insert into curated.fact_orders select $1, customer_id, product_id, $2, $3, order_date, created_at, quantity, amount,
      currency, category, country, customer_segment from curated.fact_orders where order_id = $4`;
  const [{ next_offset: next }] = await query(
    "select next_offset from ledger.partitions where topic = 'orders' and partition = 1",
  );
  await pool.query(streamed, [uuidOf(7), 1, next, uuidOf(3)]);
  // The stream took a later record of the same order with different content.
  await pool.query(streamed, [uuidOf(8), 2, 77, uuidOf(3)]);
  const before = await announced();
  await arrive([order(7, { product_id: 'p-1', quantity: 1 }), order(8, { amount: 9999, product_id: 'p-1' })], 1);
  expect(await written(curate)).toEqual([uuidOf(8)]);
  expect(
    await table(
      `select kafka_partition, kafka_offset, amount from curated.fact_orders where order_id = '${uuidOf(8)}'`,
    ),
  ).toEqual([['1', String(next + 1), '99.99']]);
  expect(await announced()).toEqual([...before, uuidOf(8)]);
});

test('what the shop deletes is gone, what Kafka brought stays, and the checks pass', async () => {
  const DAN = uuidOf(0xd);
  await pool.query(
    `insert into shop.customers values ($1, 'Dan', 'dan@shop.example', 'CH', 'new', '2025-12-13T00:00:00Z')`,
    [DAN],
  );
  await pool.query(`insert into shop.products values ('p-3', 'Poster', 'art', 5), ('p-4', 'Pin', 'art', 1)`);
  await arrive([order(9, { product_id: 'p-3', category: 'paper', at: `${DAY_3}T12:00:00Z` })]);
  expect(await written(curate)).toEqual(expect.arrayContaining([DAN, 'p-3', 'p-4']));

  await pool.query('delete from shop.orders where order_id = $1', [uuidOf(2)]);
  await pool.query('delete from shop.customers where customer_id in ($1, $2)', [BOB, DAN]);
  await pool.query(`delete from shop.products where product_id in ('p-2', 'p-3', 'p-4')`);
  // His other order is from Kafka.
  const changed = await written(curate);
  expect(changed.sort()).toEqual([uuidOf(5), BOB, 'p-3'].sort());
  expect(
    await table(`select order_id, customer_segment from curated.fact_orders where customer_id = '${BOB}'`),
  ).toEqual([[uuidOf(5), 'unknown']]);
  expect(await table(`select * from curated.dim_customers where customer_id in ('${BOB}', '${DAN}')`)).toEqual([
    [BOB, 'DE', 'unknown', null],
  ]);
  expect(await table(`select * from curated.dim_products where product_id in ('p-2', 'p-3', 'p-4')`)).toEqual([
    ['p-3', 'p-3', 'paper', null],
  ]);
  const failed = (await check(pool, { suite: 'curate_orders' }, Date.now() + 60_000)).filter(
    ({ rows }) => rows.length > 0,
  );
  expect(failed).toEqual([]);
  expect((await proveCurated('curated: every order of')).map(({ balanced }) => balanced)).toEqual([true]);
  expect(await written(curate)).toEqual([]);
});

test('an order that the shop corrects is corrected, though the count and the sum of its day are right', async () => {
  await pool.query(`update shop.orders set country = 'AT' where order_id = $1`, [uuidOf(1)]);
  expect(await written(curate)).toEqual([uuidOf(1)]);
  expect(await table(`select country from curated.fact_orders where order_id = '${uuidOf(1)}'`)).toEqual([['AT']]);
});

test('Spark reads an order of any time from the lake, and curates it and its customer', async () => {
  await pool.query(`update shop.customers set signed_up_at = '1582-10-10T00:00:00Z' where customer_id = $1`, [ADA]);
  const times = ['0001-01-01T00:00:00Z', '1582-10-10T12:00:00.000001Z', '1899-12-31T23:59:59.999999Z'];
  const { id, key } = await archive(
    { pool, lake },
    times.map((at, index) => order(20 + index, { at })),
  );
  const rows = await spark.query(
    `select cast(created_at as string) as at from parquet.\`s3://${lake.bucket}/${key}\` order by kafka_offset`,
  );
  expect(rows.map(({ at }) => at)).toEqual(times.map((at) => at.replace('T', ' ').replace('Z', '')));
  await load({ pool, lake, kafka: kafkaWithoutRecords }, [id], 'test');
  await curate();
  expect(await table(`select signed_up_at from curated.dim_customers where customer_id = '${ADA}'`)).toEqual([
    ['1582-10-10T00:00:00+00:00'],
  ]);
  expect(
    await table(
      `select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), order_date from curated.fact_orders
       where created_at < '1900-01-01' order by order_id`,
    ),
  ).toEqual(
    times.map((at) => [
      at
        .replace('T', ' ')
        .replace('Z', '')
        .replace(/:(\d\d)$/, ':$1.000000'),
      at.slice(0, 10),
    ]),
  );
});

test('two concurrent runs curate and announce each order once', async () => {
  await arrive(Array.from({ length: 500 }, (_, index) => order(1000 + index)));
  const before = (await announced()).length;
  await Promise.all([spark.run('curate_orders'), other.run('curate_orders')]);
  const since = (await announced()).slice(before);
  expect(since).toHaveLength(500);
  expect(new Set(since).size).toBe(500);
  expect(await query('select count(*) from curated.fact_orders where order_id >= $1', [uuidOf(1000)])).toEqual([
    { count: 500 },
  ]);
  expect(await stagingTables()).toBe(0);
});

test('a load after a run has read the orders is left to the next run', async () => {
  await pool.query(`
    create function public.hold_products() returns event_trigger language plpgsql security definer as $$
    begin
      if exists (select from pg_event_trigger_ddl_commands() where object_identity like 'staging.dim_products%') then
        perform pg_advisory_xact_lock(4711);
      end if;
    end $$;
    create event trigger hold_products on ddl_command_end when tag in ('CREATE TABLE')
      execute function public.hold_products()`);
  const held = await pool.connect();
  await held.query('select pg_advisory_lock(4711)');
  const run = curate();
  await untilMerging();
  const late = await arrive([order(1900)]);
  await held.query('select pg_advisory_unlock(4711)');
  held.release();
  await run;
  await pool.query('drop event trigger hold_products');
  const curations = () => query('select count(*) from curated.curations where delivery_id = $1', [late]);
  expect(await curations()).toEqual([{ count: 0 }]);
  expect(await written(curate)).toEqual([uuidOf(1900)]);
  expect(await curations()).toEqual([{ count: 1 }]);
});

test('a run that is killed before it merges changes nothing, and its staging tables are removed later', async () => {
  await arrive([order(2000)]);
  const locked = await pool.connect();
  await locked.query('begin; lock table curated.dim_customers in exclusive mode');
  const changed = await written(async () => {
    const run = other.run('curate_orders').catch(() => 'killed');
    await untilMerging();
    await other.kill();
    await locked.query('rollback');
    locked.release();
    expect(await run).toBe('killed');
    await until(async () => (await query(SPARK_SESSIONS)).length === 0, {
      what: 'PostgreSQL has noticed that the run is dead',
      within: 120_000,
      every: 50,
    });
  });
  expect(changed).toEqual([]);

  const left = await query("select tablename from pg_tables where schemaname = 'staging'");
  expect(left).toHaveLength(4);
  for (const { tablename } of left.slice(1))
    await pool.query(`alter table staging.${tablename} rename to ${tablename.replace(/\d{14}/, '20200101000000')}`);
  expect(await written(curate)).toEqual([uuidOf(2000)]);
  // Staging tables that another run may still use stay.
  expect(await query("select tablename from pg_tables where schemaname = 'staging'")).toEqual(left.slice(0, 1));
  await pool.query(`drop table staging.${left[0].tablename}`);
});
