/** Each question of sql/analytics on real PostgreSQL as role bi_reader; the expected rows were computed by hand. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { type Question, readQuestions } from '#sql/questions.ts';
import { cleanTransaction, curatedOrder, type Insert, rowsOf, warehouseOrder } from '../support/analytics.ts';
import { freshDatabase } from '../support/stores.ts';

interface Case {
  readonly given: readonly Insert[];
  /** As PostgreSQL writes them. `minute(n)` is the start of the minute that is n minutes after the test's. */
  readonly rows: Rows | ((minute: (later: number) => string) => Rows);
}

type Rows = readonly (readonly (string | null)[])[];

const DAY = '2025-01-31';
/** A sender's wrong clock must not move the period into the future. */
const FUTURE = '2999-01-01T00:00:00Z';
const FUTURE_REPORT = `('2999-01-01', 0, 0, '[]', '[]', '[]')`;
/** The 30 days until DAY begin on 2025-01-02. */
const TOO_OLD = '2025-01-01T23:59:59.999999Z';
const FIRST = '2025-01-02T00:00:00Z';
const LAST = '2025-01-31T23:59:59.999999Z';

const sales = (group: 'country' | 'category', [one, other]: readonly [string, string]): Case => ({
  given: [
    warehouseOrder({ at: TOO_OLD, [group]: one }),
    warehouseOrder({ at: FIRST, [group]: one, amount: '10.00' }),
    warehouseOrder({ at: LAST, [group]: one, amount: '0.05' }),
    warehouseOrder({ at: LAST, [group]: one, amount: '7.00', currency: 'USD' }),
    warehouseOrder({ at: LAST, [group]: one, amount: '-0.05' }),
    warehouseOrder({ at: LAST, [group]: other, amount: '3.00' }),
    warehouseOrder({ at: LAST, [group]: other, amount: '4.00' }),
    warehouseOrder({ at: LAST, [group]: other, amount: '5.00' }),
    warehouseOrder({ at: LAST, [group]: other, amount: '-4.00', currency: 'USD' }),
    warehouseOrder({ at: FUTURE, [group]: one }),
  ],
  rows: [
    [other, 'EUR', '3', '0', '12.00', '50.00'],
    [one, 'EUR', '2', '1', '10.00', '33.33'],
    [one, 'USD', '1', '0', '7.00', '16.67'],
    [other, 'USD', '0', '1', '-4.00', '0.00'],
  ],
});

/** As PostgreSQL writes a timestamp without a zone. */
const timestamp = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');

/** A count for each of the 48 hours until 2025-01-31 05:00 UTC. */
const hours = (counts: Readonly<Record<number, string>>) =>
  Array.from({ length: 48 }, (_, index) => [timestamp(Date.UTC(2025, 0, 29, 6 + index)), counts[index] ?? '0']);

const cases: Readonly<Record<string, Case>> = {
  daily_revenue: {
    given: [
      curatedOrder({ at: TOO_OLD, amount: '1000.00' }),
      curatedOrder({ at: FIRST, amount: '99999999.99' }),
      curatedOrder({ at: FIRST, amount: '0.02' }),
      curatedOrder({ at: LAST, amount: '12.50' }),
      curatedOrder({ at: LAST, amount: '0.00' }),
      curatedOrder({ at: LAST, amount: '-2.50' }),
      curatedOrder({ at: LAST, amount: '-0.01' }),
      curatedOrder({ at: LAST, amount: '8.00', currency: 'USD' }),
      curatedOrder({ at: FUTURE }),
    ],
    rows: [
      ['2025-01-02', 'EUR', '2', '0', '100000000.01'],
      [DAY, 'EUR', '2', '2', '9.99'],
      [DAY, 'USD', '1', '0', '8.00'],
    ],
  },
  top_products: {
    given: [
      rowsOf('curated.dim_products', `('mug', 'Mug', 'kitchen', 4.99)`, `('pen', 'Pen', 'office', null)`),
      curatedOrder({ at: TOO_OLD, product: 'pen', quantity: 500 }),
      curatedOrder({ at: LAST, product: 'mug', quantity: 2, amount: '9.98' }),
      curatedOrder({ at: LAST, product: 'mug', quantity: 3, amount: '14.97', currency: 'USD' }),
      curatedOrder({ at: FIRST, product: 'mug', amount: '4.99' }),
      // Two came back.
      curatedOrder({ at: LAST, product: 'pen', quantity: 8, amount: '0.80' }),
      curatedOrder({ at: LAST, product: 'pen', quantity: 2, amount: '-0.20' }),
      // As many came back as were sold, the last in an order that doesn't say how many.
      curatedOrder({ at: LAST, product: 'cup', quantity: 1000, amount: '1000.00' }),
      curatedOrder({ at: LAST, product: 'cup', quantity: 999, amount: '-999.00' }),
      curatedOrder({ at: LAST, product: 'cup', amount: '-1.00' }),
      ...Array.from({ length: 9 }, (_, index) => curatedOrder({ at: LAST, product: `p${index}`, quantity: 1 })),
      curatedOrder({ at: LAST, quantity: 1000 }),
      curatedOrder({ at: FUTURE, product: 'p8', quantity: 1000 }),
    ],
    // Mug and pen sold 6 each, the mug in more orders. The others sold 1 each, ordered by id; p8, the eleventh, and cup are cut off.
    rows: [
      ['1', 'mug', 'Mug', 'kitchen', 'EUR', '3', '2', '0', '14.97'],
      ['1', 'mug', 'Mug', 'kitchen', 'USD', '3', '1', '0', '14.97'],
      ['2', 'pen', 'Pen', 'office', 'EUR', '6', '1', '1', '0.60'],
      ...Array.from({ length: 8 }, (_, index) => [
        `${index + 3}`,
        `p${index}`,
        `p${index}`,
        null,
        'EUR',
        '1',
        '1',
        '0',
        '1.00',
      ]),
    ],
  },
  orders_per_customer_segment: {
    given: [
      curatedOrder({ at: TOO_OLD, customer: 9, segment: 'vip' }),
      ...[1, 1, 2, 3].map((customer) => curatedOrder({ at: LAST, customer, segment: 'consumer' })),
      ...[1, 8].map((customer) => curatedOrder({ at: LAST, customer, segment: 'consumer', amount: '-1.00' })),
      curatedOrder({ at: FIRST, customer: 4, segment: 'business' }),
      curatedOrder({ at: LAST, customer: 4, segment: 'business', currency: 'USD' }),
      curatedOrder({ at: FUTURE, customer: 9, segment: 'vip' }),
    ],
    rows: [
      ['consumer', '3', '4', '1.33', '66.67'],
      ['business', '1', '2', '2.00', '33.33'],
    ],
  },
  // now() is constant within a test's transaction.
  order_inflow: {
    given: [
      curatedOrder({ at: `date_trunc('minute', now()) - interval '59 minutes 1 microsecond'` }),
      curatedOrder({ at: `date_trunc('minute', now()) - interval '3 minutes'` }),
      curatedOrder({ at: `date_trunc('minute', now()) - interval '2 minutes 1 microsecond'`, currency: 'USD' }),
      curatedOrder({ at: `date_trunc('minute', now()) - interval '1 minute'` }),
      curatedOrder({ at: `date_trunc('minute', now()) - interval '1 minute'`, amount: '-0.01' }),
      curatedOrder({ at: `now() + interval '1 microsecond'` }),
    ],
    rows: (minute) => [
      [minute(-3), '2'],
      [minute(-2), '0'],
      [minute(-1), '1'],
      [minute(0), '0'],
    ],
  },
  sales_by_country: sales('country', ['DE', 'FR']),
  sales_by_category: sales('category', ['toys', 'books']),
  average_order_value: {
    given: [
      warehouseOrder({ at: TOO_OLD, amount: '1000.00' }),
      warehouseOrder({ at: FIRST, amount: '0.01' }),
      warehouseOrder({ at: LAST, amount: '10.00' }),
      warehouseOrder({ at: LAST, amount: '10.00' }),
      warehouseOrder({ at: LAST, amount: '0.01' }),
      warehouseOrder({ at: LAST, amount: '-10.00' }),
      warehouseOrder({ at: LAST, amount: '-10.00', currency: 'GBP' }),
      warehouseOrder({ at: LAST, amount: '2.50', currency: 'USD' }),
      warehouseOrder({ at: FUTURE }),
    ],
    // 20.01 / 3
    rows: [
      ['2025-01-02', 'EUR', '1', '0.01'],
      [DAY, 'EUR', '3', '6.67'],
      [DAY, 'USD', '1', '2.50'],
    ],
  },
  currency_distribution: {
    given: [
      warehouseOrder({ at: TOO_OLD, currency: 'GBP' }),
      warehouseOrder({ at: FIRST, amount: '3.00' }),
      warehouseOrder({ at: LAST, amount: '0.00' }),
      warehouseOrder({ at: LAST, amount: '-1.00' }),
      warehouseOrder({ at: LAST, amount: '500.00', currency: 'JPY' }),
      warehouseOrder({ at: FUTURE, currency: 'GBP' }),
    ],
    rows: [
      ['EUR', '2', '1', '2.00', '66.67'],
      ['JPY', '1', '0', '500.00', '33.33'],
    ],
  },
  hourly_order_trend: {
    given: [
      warehouseOrder({ at: '2025-01-29T05:59:59.999999Z' }),
      warehouseOrder({ at: '2025-01-29T06:00:00Z' }),
      warehouseOrder({ at: '2025-01-31T04:59:59.999999Z' }),
      warehouseOrder({ at: '2025-01-31T05:00:00Z' }),
      warehouseOrder({ at: '2025-01-31T05:59:59.999999Z', currency: 'USD' }),
      warehouseOrder({ at: '2025-01-31T05:00:00Z', amount: '-1.00' }),
      warehouseOrder({ at: FUTURE }),
    ],
    rows: hours({ 0: '1', 46: '1', 47: '2' }),
  },
  daily_order_trend: {
    given: [
      // Seven on the day before the first shown day, and seven that are too old even for that day's average.
      ...Array.from({ length: 7 }, () => warehouseOrder({ at: TOO_OLD })),
      ...Array.from({ length: 7 }, () => warehouseOrder({ at: '2024-12-26T23:59:59.999999Z' })),
      warehouseOrder({ at: FIRST }),
      warehouseOrder({ at: FIRST, currency: 'USD' }),
      ...[FIRST, '2025-01-10T00:00:00Z', LAST].map((at) => warehouseOrder({ at, amount: '-1.00' })),
      warehouseOrder({ at: LAST }),
      warehouseOrder({ at: FUTURE }),
    ],
    rows: Array.from({ length: 30 }, (_, index) => {
      // Until 01-07, the week includes 01-01 and 01-02: 9 / 7. On 01-08 it includes 01-02: 2 / 7; on 01-31, itself: 1 / 7.
      const average = index < 6 ? '1.29' : index === 6 ? '0.29' : index === 29 ? '0.14' : '0.00';
      const orders = { 0: '2', 29: '1' }[index] ?? '0';
      return [new Date(Date.UTC(2025, 0, 2 + index)).toISOString().slice(0, 10), orders, average];
    }),
  },
  daily_product_clicks: {
    given: [
      rowsOf('curated.dim_products', `('mug', 'Mug', 'kitchen', 4.99)`),
      rowsOf(
        'gold.daily_product_clicks',
        `('2025-01-01', 'mug', 100, 50)`,
        `('2025-01-02', 'mug', 1, 1)`,
        `('2025-01-31', 'tea', 5, 4)`,
        `('2025-01-31', 'mug', 5, 2)`,
        `('2025-01-31', 'cup', 6, 1)`,
        `('2999-01-01', 'mug', 1, 1)`,
      ),
    ],
    rows: [
      [DAY, 'cup', 'cup', '6', '1'],
      [DAY, 'mug', 'Mug', '5', '2'],
      [DAY, 'tea', 'tea', '5', '4'],
      ['2025-01-02', 'mug', 'Mug', '1', '1'],
    ],
  },
  daily_orders: {
    given: [
      rowsOf(
        'gold.daily_orders',
        `('2025-01-01', 'EUR', 1, 1.00, 0)`,
        `('2025-01-31', 'USD', 2, 8.05, 0)`,
        `('2025-01-31', 'EUR', 3, 123456789012345678.90, 0)`,
        `('2025-01-02', 'EUR', 4, 0.00, 5)`,
        `('2999-01-01', 'EUR', 1, 1.00, 0)`,
      ),
    ],
    rows: [
      ['2025-01-02', 'EUR', '4', '5', '0.00'],
      [DAY, 'EUR', '3', '0', '123456789012345678.90'],
      [DAY, 'USD', '2', '0', '8.05'],
    ],
  },
  daily_inventory_sales: {
    given: [
      (transaction) =>
        transaction.query(
          `insert into inventory.reports
           select date '2025-01-31' - n, 10 * n + 0.05, n, '[]', '[]', '[]' from generate_series(0, 30) as n`,
        ),
      rowsOf('inventory.reports', FUTURE_REPORT),
    ],
    rows: Array.from({ length: 30 }, (_, index) => {
      const before = 29 - index;
      const day = new Date(Date.UTC(2025, 0, 31 - before)).toISOString().slice(0, 10);
      return [day, `${before}`, `${before === 0 ? '' : before}0.05`];
    }),
  },
  top_sellers: {
    given: [
      rowsOf(
        'inventory.reports',
        `('2025-01-30', 1, 1, '[{"product_id": "old", "name": "Old", "units": 1, "revenue": "1.00"}]', '[]', '[]')`,
        `('2025-01-31', 25.5, 7, '[
           {"product_id": "tea", "name": "Tea", "units": 4, "revenue": "10.50"},
           {"product_id": "mug", "name": "Mug", "units": 3, "revenue": "15.00"}]', '[]', '[]')`,
        FUTURE_REPORT,
      ),
    ],
    rows: [
      [DAY, '1', 'tea', 'Tea', '4', '10.50'],
      [DAY, '2', 'mug', 'Mug', '3', '15.00'],
    ],
  },
  low_stock: {
    given: [
      // A report is of yesterday; the stock is of now.
      rowsOf(
        'inventory.reports',
        `('2025-01-31', 0, 0, '[]', '[{"product_id": "pen", "name": "Pen", "stock": 1, "threshold": 2}]', '[]')`,
      ),
      rowsOf(
        'shop.products (product_id, name, category, price)',
        ...['Mug', 'Tea', 'Cup', 'Pen'].map((name) => `('${name.toLowerCase()}', '${name}', 'kitchen', 4.99)`),
      ),
      rowsOf(
        'inventory.inventory',
        `('mug', 100, 9, 10, '2025-01-31T23:59:59.5Z')`,
        `('tea', 100, -2, 3, '2025-01-31T01:00:00+02:00')`,
        `('cup', 100, 0, 5, '2025-01-31T00:00:00Z')`,
        `('pen', 100, 2, 2, '2025-01-31T00:00:00Z')`,
      ),
    ],
    rows: [
      ['tea', 'Tea', '-2', '3', 't', '2025-01-30 23:00:00'],
      ['cup', 'Cup', '0', '5', 'f', '2025-01-31 00:00:00'],
      ['mug', 'Mug', '9', '10', 'f', '2025-01-31 23:59:59.5'],
    ],
  },
  late_transactions: {
    given: [
      cleanTransaction({ at: '2025-01-29T05:59:59.999999Z', latency: 500 }),
      cleanTransaction({ at: '2025-01-29T06:00:00Z', latency: 120 }),
      ...[1, 2, 121].map((latency) => cleanTransaction({ at: '2025-01-31T05:59:59.999999Z', latency })),
      cleanTransaction({ at: FUTURE, latency: 500 }),
    ],
    rows: [
      ['2025-01-29 06:00:00', '1', '0', '0.000000'],
      ['2025-01-31 05:00:00', '3', '1', '0.333333'],
    ],
  },
  payments_by_currency: {
    given: [
      cleanTransaction({ at: '2025-01-29T05:59:59.999999Z', latency: 1 }),
      cleanTransaction({ at: '2025-01-29T06:00:00Z', latency: 1, amount: '7.50' }),
      ...['10.10', '-0.05'].map((amount) =>
        cleanTransaction({ at: '2025-01-31T05:59:59.999999Z', latency: 1, amount }),
      ),
      cleanTransaction({ at: '2025-01-31T05:00:00Z', latency: 1, amount: '7.00', status: 'failed' }),
      cleanTransaction({ at: '2025-01-31T05:00:00Z', latency: 1, amount: '1000.00', currency: 'JPY' }),
      cleanTransaction({ at: FUTURE, latency: 1 }),
    ],
    rows: [
      ['2025-01-29 06:00:00', 'EUR', 'completed', 'EUR completed', '1', '7.50'],
      ['2025-01-31 05:00:00', 'EUR', 'completed', 'EUR completed', '2', '10.05'],
      ['2025-01-31 05:00:00', 'EUR', 'failed', 'EUR failed', '1', '7.00'],
      ['2025-01-31 05:00:00', 'JPY', 'completed', 'JPY completed', '1', '1000.00'],
    ],
  },
  processing_latency: {
    given: [
      cleanTransaction({ at: '2025-01-29T05:59:59.999999Z', latency: 500 }),
      ...[0.0004, 7.123456, -1].map((latency) => cleanTransaction({ at: '2025-01-29T06:00:00Z', latency })),
      // 1 … 20 seconds: the 10th value is the median, the 19th the 95th percentile.
      ...Array.from({ length: 20 }, (_, index) =>
        cleanTransaction({ at: '2025-01-31T05:30:00Z', latency: ((index * 7) % 20) + 1 }),
      ),
      cleanTransaction({ at: FUTURE, latency: 500 }),
    ],
    rows: [
      ['2025-01-29 06:00:00', '3', '0.000', '7.123', '7.123'],
      ['2025-01-31 05:00:00', '20', '10.000', '19.000', '20.000'],
    ],
  },
};

let pool: Pool;
let questions: readonly Question[];

beforeAll(async () => {
  pool = await freshDatabase();
  questions = await readQuestions();
});

afterAll(() => pool.end());

const rollback = new Error('rolls back the rows of a test');

/** Asks the question in a transaction and rolls it back, so that all tests can share a database. */
async function ask(name: string, given: readonly Insert[], zone = 'UTC') {
  const question = questions.find((each) => each.name === name);
  if (!question) throw new Error(`Expected a question in sql/analytics/${name}.sql, but there is no such file.`);
  let answer: { now: number; columns: string[]; rows: (string | null)[][] } | undefined;
  await inTransaction(pool, async (transaction) => {
    for (const insert of given) await insert(transaction);
    await transaction.query(`set local role bi_reader; set local timezone to '${zone}'`);
    const { fields, rows } = await queryText(transaction, question.sql);
    const now = Number((await queryText(transaction, 'select extract(epoch from now()) * 1000')).rows[0]?.[0]);
    answer = { now, columns: fields.map((field) => field.name), rows };
    throw rollback;
  }).catch((error: unknown) => {
    if (error !== rollback) throw error;
  });
  return answer as NonNullable<typeof answer>;
}

interface Plan {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** How many rows of tables a plan has read. */
function rowsRead({ Plans: plans = [], ...plan }: Plan): number {
  const own = plan['Relation Name'] ? plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0) : 0;
  return plans.reduce((sum, each) => sum + rowsRead(each), own);
}

const queryText = (transaction: Transaction, sql: string) =>
  transaction.query<(string | null)[]>({
    text: sql,
    rowMode: 'array',
    types: { getTypeParser: () => (value: string) => value },
  });

describe('sql/analytics', () => {
  it('has a test for each file', () => {
    expect(Object.keys(cases).sort()).toEqual(questions.map(({ name }) => name));
  });

  it.each(Object.entries(cases))('%s', async (name, { given, rows }) => {
    for (const zone of ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles']) {
      const answer = await ask(name, given, zone);
      const minute = (later: number) => timestamp((Math.floor(answer.now / 60_000) + later) * 60_000);
      expect(answer.rows, zone).toEqual(typeof rows === 'function' ? rows(minute) : rows);
    }
  });

  it('describes each column, and returns no rows if there is no data', async () => {
    for (const { name, columns } of questions) {
      const answer = await ask(name, []);
      expect(answer, name).toMatchObject({ columns: columns.map((column) => column.name), rows: [] });
    }
  });

  it.each(['warehouse', 'curated'])(
    '%s.newest_orders is inlined into the plan of a question, like a view',
    async (schema) => {
      // A function scan would produce whole rows first, whichever columns the question needs.
      const { rows } = await pool.query(`explain select currency from ${schema}.newest_orders(days => 30)`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain('fact_orders');
      expect(plan).not.toContain('Function Scan');
    },
  );

  it.each(['late_transactions', 'payments_by_currency', 'processing_latency'])(
    '%s reads the newest payments, not all history',
    async (name) => {
      const question = questions.find((each) => each.name === name);
      const work = async (transaction: Transaction) => {
        await transaction.query(`
          insert into payments.transactions_clean
          select gen_random_uuid(), gen_random_uuid(), 1, 'EUR', 'completed', at, at, at::date, date_trunc('hour', at, 'UTC'), 0, false, false
          from generate_series(timestamptz '2025-01-01 00:00Z', '2025-01-31 05:59Z', interval '2 minutes') as at;
          analyze payments.transactions_clean`);
        const { rows } = await transaction.query(`explain (analyze, format json) ${question?.sql}`);
        // Of 21,780 payments 1,440 are of the 48 hours.
        expect(rowsRead(rows[0]['QUERY PLAN'][0].Plan)).toBeLessThan(2_000);
        throw rollback;
      };
      await expect(inTransaction(pool, work)).rejects.toBe(rollback);
    },
  );

  it('shows the newest report even if its list is empty', async () => {
    const empty = rowsOf('inventory.reports', `('2025-01-31', 0, 0, '[]', '[]', '[]')`);
    expect((await ask('top_sellers', [empty])).rows).toEqual([]);
  });
});
