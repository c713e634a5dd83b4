/** spark/jobs on real Spark, PostgreSQL and S3: rows computed by hand; repeated, concurrent and killed runs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import type { Order } from '#domain/orders.ts';
import { parseMicros } from '#domain/time.ts';
import { check } from '#functions/check-quality/check.ts';
import { load } from '#functions/load-orders/load.ts';
import { proveCuration } from '#functions/prove/pipelines/curation.ts';
import { until } from '#localstack/processes/until.ts';
import { archive, uuidOf } from '../support/archived.ts';
import { archiveEvents, type BronzeEvent } from '../support/bronze.ts';
import { kafkaWithoutRecords } from '../support/kafka-from.ts';
import { type SparkJobs, startSparkJobs } from '../support/spark-jobs.ts';
import { freshDatabase, freshLake } from '../support/stores.ts';

let pool: Pool;
let lake: Lake;
/** Two sessions, which share nothing. */
let spark: SparkJobs;
let other: SparkJobs;

beforeAll(async () => {
  [pool, lake] = await Promise.all([freshDatabase(), freshLake()]);
  [spark, other] = await Promise.all([startSparkJobs({ pool, lake }), startSparkJobs({ pool, lake })]);
}, 600_000);

afterAll(async () => {
  await Promise.all([spark?.kill(), other?.kill()]);
  await pool?.end();
});

const query = async (sql: string, values?: unknown[]) => (await pool.query(sql, values)).rows;

/** Each row as an array of values, formatted as by psql. */
const table = async (sql: string): Promise<unknown[][]> =>
  (
    await query(`select to_jsonb(array(select value from json_each_text(to_json(each)))) as row from (${sql}) as each`)
  ).map(({ row }) => row);

/** Database sessions of this test's Spark jobs; other tests may have theirs on the same server. */
const SPARK_SESSIONS = "select from pg_stat_activity where datname = current_database() and application_name = 'spark'";

const stagingTables = async () => (await query("select from pg_tables where schemaname = 'staging'")).length;

/** Waits until a run has staged its rows and is blocked, before merging them, by the test's lock. */
const untilMerging = () =>
  until(async () => (await query(`${SPARK_SESSIONS} and wait_event_type = 'Lock'`)).length > 0, {
    what: 'a run waits to merge',
    within: 200_000,
    every: 50,
  });

/** The checks of the proof whose names begin so. */
async function proveCurated(prefix: string) {
  const sources = { pool, lake, offsets: async () => [], hourlyMetrics: async () => [] };
  const options = { depth: 'rows', settled: true, curated: true, coherent: false } as const;
  const checks = await inTransaction(pool, (transaction) => proveCuration(sources, transaction, options));
  return checks.filter(({ name }) => name.startsWith(prefix));
}

describe('aggregate_user_events', () => {
  const [ADA, BOB] = [uuidOf(0xa), uuidOf(0xb)];
  const [DAY_1, DAY_2] = ['2026-01-01', '2026-01-02'];

  /** By default, a click by Ada on p-1 on the first day. */
  const event = (number: number, changes: Partial<BronzeEvent> = {}): BronzeEvent => ({
    event_id: uuidOf(number),
    ...{ user_id: ADA, event_type: 'click', product_id: 'p-1', occurred_at: `${DAY_1}T12:00:00.000000Z` },
    ...{ order_id: null, amount: null, currency: null },
    ...changes,
  });
  const purchase = (number: number, amount: string, changes: Partial<BronzeEvent> = {}) =>
    event(number, { event_type: 'purchase', order_id: uuidOf(9000 + number), amount, currency: 'EUR', ...changes });

  const arrive = (events: readonly BronzeEvent[], day: string, partition = 0) =>
    archiveEvents({ pool, lake }, events, { day, partition });
  const aggregate = (parameters?: Record<string, string>) => spark.run('aggregate_user_events', parameters);
  const clicks = () => table('select * from gold.daily_product_clicks order by event_date, product_id');
  const orders = () => table('select * from gold.daily_orders order by order_date, currency');
  const versions = () => query('select xmin, * from gold.daily_product_clicks order by event_date, product_id');

  test('without events, gold is empty', async () => {
    expect((await aggregate()).rows).toMatchObject({ read_objects: 0, changed_days: 0 });
    expect(await clicks()).toEqual([]);
  });

  test('counts clicks, visitors, orders and revenue of each day, and each event once', async () => {
    await arrive(
      [
        event(1),
        event(2),
        event(1),
        event(3, { user_id: BOB, occurred_at: `${DAY_1}T23:59:59.999999Z` }),
        event(4, { occurred_at: `${DAY_2}T00:00:00.000000Z` }),
        event(5, { product_id: 'p-2' }),
        event(6, { event_type: 'view' }),
        event(7, { event_type: 'add_to_cart' }),
        event(8, { event_type: 'dance' }),
        purchase(10, '0.10'),
        purchase(11, '0.20'),
        purchase(10, '0.10'),
        purchase(12, '-12.50', { currency: 'USD' }),
        purchase(13, '99999999.99', { occurred_at: `${DAY_2}T00:00:00.000000Z` }),
        purchase(14, '5.00', { order_id: null }),
        purchase(15, '5.00', { currency: null }),
        purchase(16, '5.00', { amount: null }),
      ],
      DAY_2,
    );
    expect((await aggregate()).rows).toMatchObject({ read_objects: 1, changed_days: 2 });
    expect(await clicks()).toEqual([
      [DAY_1, 'p-1', '3', '2'],
      [DAY_1, 'p-2', '1', '1'],
      [DAY_2, 'p-1', '1', '1'],
    ]);
    expect(await orders()).toEqual([
      [DAY_1, 'EUR', '2', '0.30', '0'],
      [DAY_1, 'USD', '0', '-12.50', '1'],
      [DAY_2, 'EUR', '1', '99999999.99', '0'],
    ]);
    expect(await table('select event_dates from gold.aggregations')).toEqual([[`["${DAY_1}","${DAY_2}"]`]]);
    expect(await stagingTables()).toBe(0);
  });

  test('days that an upgrade asks for are counted again, once and not all in one run', async () => {
    const before = await orders();
    await pool.query(`
      update gold.daily_orders set orders = 9;
      insert into gold.days_to_recount select date '${DAY_2}' - days from generate_series(0, 30) as days`);
    const left = async () =>
      (await query('select event_date::text from gold.days_to_recount')).map((row) => row.event_date);
    expect((await aggregate()).rows).toMatchObject({ read_objects: 1, changed_days: 30 });
    expect(await orders()).toEqual(before);
    expect(await left()).toEqual(['2025-12-03']);
    expect((await aggregate()).rows).toMatchObject({ read_objects: 0, changed_days: 1 });
    expect(await left()).toEqual([]);
  });

  test('a rerun changes nothing', async () => {
    const before = await versions();
    expect((await aggregate()).rows).toMatchObject({ read_objects: 0, changed_days: 0 });
    expect(await versions()).toEqual(before);
  });

  test('late events, and events ahead of their time, have their days recounted', async () => {
    const ahead = '2026-03-01';
    await arrive(
      [event(20, { user_id: uuidOf(0xc) }), event(21, { occurred_at: `${ahead}T00:00:00.000000Z` })],
      '2026-02-01',
      1,
    );
    // Repeats, weeks later, of counted events.
    await arrive([event(2), purchase(11, '0.20')], '2026-02-10', 2);
    expect((await aggregate()).rows).toMatchObject({ read_objects: 3, changed_days: 2 });
    await arrive([event(22, { user_id: BOB, occurred_at: `${ahead}T00:00:01.000000Z` })], ahead);
    expect((await aggregate()).rows).toMatchObject({ read_objects: 2, changed_days: 1 });
    expect(await clicks()).toEqual([
      [DAY_1, 'p-1', '4', '3'],
      [DAY_1, 'p-2', '1', '1'],
      [DAY_2, 'p-1', '1', '1'],
      [ahead, 'p-1', '2', '2'],
    ]);
    expect((await orders())[0]).toEqual([DAY_1, 'EUR', '2', '0.30', '0']);
  });

  test('a requested day is recounted to the same numbers', async () => {
    const before = [await clicks(), await orders()];
    await pool.query(`update gold.daily_product_clicks set clicks = 99 where event_date = $1`, [DAY_1]);
    await pool.query(`insert into gold.daily_orders values ($1, 'XXX', 1, 1)`, [DAY_1]);
    expect((await aggregate({ date: DAY_1 })).rows).toMatchObject({ read_objects: 3, changed_days: 1 });
    expect([await clicks(), await orders()]).toEqual(before);
  });

  test('two concurrent runs count each event once', async () => {
    await arrive([event(23, { product_id: 'p-3' }), purchase(24, '1.00', { currency: 'GBP' })], DAY_2, 3);
    await Promise.all([aggregate(), other.run('aggregate_user_events')]);
    expect((await clicks())[2]).toEqual([DAY_1, 'p-3', '1', '1']);
    expect((await orders())[1]).toEqual([DAY_1, 'GBP', '1', '1.00', '0']);
    expect(await query('select count(*) from gold.aggregations')).toEqual([{ count: 5 }]);
    expect(await stagingTables()).toBe(0);
  });

  test('a run that read less of a day than gold has meanwhile changes nothing and fails', async () => {
    const before = await versions();
    const [seen, unseen] = [await arrive([event(30)], DAY_2), await pool.connect()];
    await unseen.query("begin; select ledger.take_turn('aggregation')");
    const run = aggregate();
    await untilMerging();
    const later = await arrive([event(31)], DAY_2);
    await unseen.query('insert into gold.aggregations values ($1, array[$2::date])', [later, DAY_1]);
    await unseen.query('commit');
    unseen.release();
    await expect(run).rejects.toThrow(
      `Another run has put delivery ${later} into gold, of a day that this run has read without it`,
    );
    expect(await versions()).toEqual(before);
    expect(await query('select from gold.aggregations where delivery_id = $1', [seen])).toEqual([]);
    expect(await stagingTables()).toBe(0);

    await aggregate();
    expect((await clicks())[0]).toEqual([DAY_1, 'p-1', '6', '3']);
  });

  test('the first day, the last, and one that the Julian calendar does not have', async () => {
    const days = ['0001-01-01', '1582-10-10', '9999-12-31'];
    await arrive(
      days.map((day, index) => event(40 + index, { product_id: 'p-4', occurred_at: `${day}T12:00:00.000000Z` })),
      DAY_2,
    );
    await aggregate();
    await aggregate({ date: '1582-10-10' });
    expect((await clicks()).filter(([, product]) => product === 'p-4').map(([day]) => day)).toEqual(days);
  });

  test('an event that is repeated with another day counts on both days, whichever objects are read', async () => {
    const twice = (day: string) => event(50, { product_id: 'p-5', occurred_at: `${day}T12:00:00.000000Z` });
    const counted = async () => (await clicks()).filter(([, product]) => product === 'p-5');
    await arrive([twice(DAY_1), twice(DAY_2), twice(DAY_1)], DAY_2);
    await aggregate();
    const both = [DAY_1, DAY_2].map((day) => [day, 'p-5', '1', '1']);
    expect(await counted()).toEqual(both);
    await arrive([twice(DAY_2)], DAY_2, 1);
    await aggregate();
    await aggregate({ date: DAY_1 });
    expect(await counted()).toEqual(both);
  });

  test('an order counts once, on the day of its first purchase, however many events tell of it', async () => {
    const [before, day, after] = ['2026-04-01', '2026-04-02', '2026-04-03'];
    const bought = (number: number, at: string, amount: string) =>
      purchase(number, amount, { order_id: uuidOf(9999), currency: 'CHF', occurred_at: `${at}.000000Z` });
    const counted = async () => (await orders()).filter(([, currency]) => currency === 'CHF');

    // The page of the order is loaded again, and again after midnight.
    await arrive([bought(62, `${after}T00:00:01`, '7.00'), bought(60, `${day}T12:00:00`, '7.00')], after);
    await arrive([bought(61, `${day}T12:00:01`, '8.00')], after, 1);
    await aggregate();
    expect(await counted()).toEqual([[day, 'CHF', '1', '7.00', '0']]);

    await arrive([bought(63, `${after}T00:00:02`, '7.00')], after);
    await aggregate();
    expect(await counted()).toEqual([[day, 'CHF', '1', '7.00', '0']]);

    await arrive([bought(64, `${before}T12:00:00`, '6.00')], after);
    await aggregate({ date: after });
    expect(await counted()).toEqual([[before, 'CHF', '1', '6.00', '0']]);
  });

  test('the proof adds up the same from bronze', async () => {
    const checks = await proveCurated('gold: ');
    expect(checks.length).toBe(6);
    expect(checks.filter(({ balanced }) => !balanced)).toEqual([]);
  });
});

describe('curate_orders', () => {
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
    await pool.query(
      `insert into shop.products values ('p-1', 'Novel', 'books', 12.50), ('p-2', 'Boots', 'shoes', 80)`,
    );
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
    expect(
      await written(async () => expect((await curate()).rows).toMatchObject({ fact_orders: 0, loads: 0 })),
    ).toEqual([]);
    expect(await announced()).toHaveLength(3);
  });

  test('a late order has its day curated again, and no other day', async () => {
    await pool.query(`update shop.customers set segment = 'loyal' where customer_id = $1`, [ADA]);
    await arrive([order(6, { at: `${DAY_1}T08:00:00Z` })]);
    const changed = await written(async () =>
      expect((await curate()).rows).toMatchObject({ fact_orders: 2, loads: 1 }),
    );
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
});
