/** Clicks and orders of each day, counted by Spark from the objects in bronze. */
import { expect, test } from 'vitest';
import { uuidOf } from '../../support/archived.ts';
import { archiveEvents, type BronzeEvent } from '../../support/bronze.ts';
import { lake, other, pool, proveCurated, query, spark, stagingTables, table, untilMerging } from './jobs.ts';

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
