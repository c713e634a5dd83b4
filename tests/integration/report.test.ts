/** report-inventory on real PostgreSQL and S3; every expectation is computed by hand. */
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { build } from '#functions/report-inventory/build.ts';
import { exportReport } from '#functions/report-inventory/export.ts';
import { freshDatabase, freshLake, s3Client } from '../support/stores.ts';

const DAY = '2026-01-02';
const FOLDER = `reports/daily_inventory/dt=${DAY}`;
let pool: Pool;
let lake: Lake;
let logged: number;

beforeEach(async () => {
  pool = await freshDatabase();
  lake = await freshLake();
  logged = 0;
});

afterEach(() => pool.end());

interface Product {
  readonly price: string;
  readonly opening: number;
  readonly threshold?: number;
  readonly name?: string;
}

async function stockUp(products: Readonly<Record<string, Product>>): Promise<void> {
  for (const [id, { price, opening, threshold = 10, name = id.toUpperCase() }] of Object.entries(products)) {
    await pool.query(`insert into shop.products values ($1, $2, 'things', $3)`, [id, name, price]);
    await pool.query(`insert into inventory.inventory values ($1, $2, $2, $3)`, [id, opening, threshold]);
  }
  // They were there before the days that are reported.
  for (const history of ['shop.product_history', 'inventory.shelf_history'])
    await pool.query(`update ${history} set valid_from = '2025-12-01T00:00:00Z'`);
}

/** Inserts an event as update-inventory logs it. */
async function log(product: string, change: number, occurredAt: string, status = 'processed'): Promise<void> {
  const topic = change > 0 ? 'supplier_restocks' : 'online_orders';
  await pool.query(
    `insert into inventory.events_log (topic, partition, kafka_offset, event_id, product_id, change, status, occurred_at)
     values ($1, 0, $2::bigint, 'e' || $2::text, $3, $4, $5, $6)`,
    [topic, logged++, product, change, status, occurredAt],
  );
  if (status === 'processed')
    await pool.query('update inventory.inventory set quantity_on_hand = quantity_on_hand + $2 where product_id = $1', [
      product,
      change,
    ]);
}

const row = async (day = DAY) =>
  (
    await pool.query(
      `select total_sales::text, units_sold, top_sellers, low_stock, oversold from inventory.reports where report_date = $1`,
      [day],
    )
  ).rows[0];

const text = async (name: string) => Buffer.from(await lake.read(`${FOLDER}/${name}`)).toString();

describe('build', () => {
  it('computes sales, top sellers and shortages of a day', async () => {
    await stockUp({
      mug: { price: '4.99', opening: 20 },
      pen: { price: '0.10', opening: 1_000 },
      tea: { price: '12.50', opening: 5, threshold: 3 },
      cup: { price: '7.00', opening: 9 },
    });
    await log('mug', -3, '2026-01-02T08:00:00Z');
    await log('mug', -2, '2026-01-02T09:00:00Z');
    await log('mug', 1, '2026-01-02T10:00:00Z');
    await log('pen', -7, '2026-01-02T11:00:00Z');
    await log('tea', -6, '2026-01-02T12:00:00Z');
    await log('tea', -100, '2026-01-02T12:00:00Z', 'duplicate');
    await log('tea', -100, '2026-01-02T12:00:00Z', 'rejected');

    const top_sellers = [
      { product_id: 'pen', name: 'PEN', units: 7, revenue: '0.70' },
      { product_id: 'tea', name: 'TEA', units: 6, revenue: '75.00' },
      { product_id: 'mug', name: 'MUG', units: 5, revenue: '24.95' },
    ];
    const totals = { total_sales: '100.65', units_sold: 18, top_sellers };
    expect(await build(pool, DAY)).toEqual({
      report_date: DAY,
      ...totals,
      low_stock_products: 2,
      oversold_products: 1,
    });
    expect(await row()).toEqual({
      ...totals,
      low_stock: [
        { product_id: 'tea', name: 'TEA', stock: -1, threshold: 3 },
        { product_id: 'cup', name: 'CUP', stock: 9, threshold: 10 },
      ],
      oversold: [{ product_id: 'tea', name: 'TEA', stock: -1, threshold: 3 }],
    });
  });

  it('gives zero for a day without sales, and an empty report for a shop without products', async () => {
    const nothing = { total_sales: '0.00', units_sold: 0, top_sellers: [], low_stock: [], oversold: [] };
    await build(pool, DAY);
    expect(await row()).toEqual(nothing);
    await stockUp({ mug: { price: '4.99', opening: 10 } });
    await log('mug', 5, '2026-01-02T08:00:00Z');
    await build(pool, DAY);
    expect(await row()).toEqual(nothing);
  });

  it('orders ties by revenue, then by product, and lists ten', async () => {
    const ids = ['b', 'a', 'B', 'c', 'é', 'd1', 'd10', 'd2', 'z', 'y', 'x', 'w'];
    await stockUp(Object.fromEntries(ids.map((id) => [id, { price: id === 'z' ? '2.00' : '1.00', opening: 100 }])));
    for (const id of ids) await log(id, -1, '2026-01-02T08:00:00Z');
    const { top_sellers, units_sold } = await build(pool, DAY);
    const order = ['z', 'B', 'a', 'b', 'c', 'd1', 'd10', 'd2', 'w', 'x'];
    expect(top_sellers.map(({ product_id }) => product_id)).toEqual(order);
    expect(units_sold).toBe(12);
  });

  it('cuts the day at midnight UTC, to the microsecond, whatever the session’s zone', async () => {
    await stockUp({ mug: { price: '1.00', opening: 100, threshold: 1_000 } });
    await log('mug', -1, '2026-01-01T23:59:59.999999Z');
    await log('mug', -2, '2026-01-02T00:00:00.000000Z');
    await log('mug', -4, '2026-01-02T23:59:59.999999Z');
    await log('mug', -8, '2026-01-03T00:00:00.000000Z');
    for (const zone of ['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles']) {
      const { host, port, database, user, password } = pool.options;
      const abroad = openPool({ host, port, database, user, password, max: 1, options: `-c timezone=${zone}` });
      expect(await build(abroad, DAY)).toMatchObject({ report_date: DAY, units_sold: 6, total_sales: '6.00' });
      await abroad.end();
      expect((await row()).low_stock).toMatchObject([{ stock: 100 - 1 - 2 - 4 }]);
    }
  });

  it('ignores events after the day, and includes those of the day that arrived late', async () => {
    await stockUp({ mug: { price: '2.50', opening: 10, threshold: 5 } });
    await log('mug', -12, '2026-01-02T08:00:00Z');
    await build(pool, DAY);
    const before = await row();
    expect(before).toMatchObject({ total_sales: '30.00', oversold: [{ stock: -2 }], low_stock: [{ stock: -2 }] });

    await log('mug', 50, '2026-01-03T08:00:00Z');
    await log('mug', -1, '2026-01-03T09:00:00Z');
    await build(pool, DAY);
    expect(await row()).toEqual(before);
    expect(await build(pool, '2026-01-03')).toMatchObject({ units_sold: 1, low_stock_products: 0 });

    await log('mug', 2, '2026-01-01T07:00:00Z');
    await log('mug', -1, '2026-01-02T07:00:00Z');
    expect(await build(pool, DAY)).toMatchObject({ total_sales: '32.50', units_sold: 13, oversold_products: 1 });
    expect((await row()).oversold).toMatchObject([{ stock: -1 }]);
  });

  it('values each sale at the price of its time, whatever the price is when the report is built', async () => {
    await stockUp({ mug: { price: '10.00', opening: 100 } });
    await pool.query('update shop.products set price = 12.50');
    await pool.query(`update shop.product_history set valid_from = '2026-01-02T12:00:00Z' where price = 12.50`);
    await pool.query('update shop.products set price = 99.99');
    // Before the first price that is known.
    await log('mug', -1, '2025-11-01T08:00:00Z');
    await log('mug', -2, '2026-01-02T11:59:59.999999Z');
    await log('mug', -4, '2026-01-02T12:00:00Z');
    expect(await build(pool, '2025-11-01')).toMatchObject({ total_sales: '10.00' });
    expect(await build(pool, DAY)).toMatchObject({
      total_sales: '70.00',
      top_sellers: [{ product_id: 'mug', units: 6, revenue: '70.00' }],
    });
  });

  it('counts a price from when it is committed, even if replication writes it', async () => {
    await stockUp({ mug: { price: '10.00', opening: 100 } });
    const client = await pool.connect();
    await client.query('set session_replication_role = replica; begin');
    await client.query('update shop.products set price = 11');
    await client.query('update shop.products set price = 12.50');
    await client.query(`update shop.products set category = 'gifts'`);
    const { rows: written } = await client.query('select clock_timestamp()::text as at');
    await client.query('commit');
    client.release(true);
    const { rows } = await pool.query(
      'select price, valid_from > $1::timestamptz as is_later from shop.product_history order by valid_from',
      [written[0].at],
    );
    expect(rows).toEqual([
      { price: '10.00', is_later: false },
      { price: '11.00', is_later: true },
      { price: '12.50', is_later: true },
    ]);
  });

  it('is exact where a double would not be', async () => {
    await stockUp({ ship: { price: '99999999.99', opening: 0 }, nail: { price: '0.01', opening: 3 } });
    for (let sale = 0; sale < 3; sale++) await log('ship', -2_147_483_647, '2026-01-02T08:00:00Z');
    await log('nail', -3, '2026-01-02T08:00:00Z');
    // 6442450941 × 99999999.99 + 0.03
    expect(await build(pool, DAY)).toMatchObject({ total_sales: '644245094035575490.62', units_sold: 6_442_450_944 });
  });

  it('needs only the privileges of the role report_inventory', async () => {
    await stockUp({ mug: { price: '4.99', opening: 1 } });
    const { host, port, database, user, password } = pool.options;
    const asRole = openPool({ host, port, database, user, password, max: 1, options: '-c role=report_inventory' });
    await build(asRole, DAY);
    await build(asRole, DAY);
    expect((await exportReport(asRole, lake, DAY)).files).toHaveLength(2);
    await asRole.end();
  });
});

describe('export', () => {
  it('writes the row as CSV and JSON, the same bytes each time', async () => {
    await stockUp({
      mug: { price: '4.99', opening: 2, name: 'Mug, "blue"' },
      pen: { price: '0.10', opening: 1_000, name: '=HYPERLINK("http://evil.example","Pen")' },
    });
    await log('mug', -5, '2026-01-02T08:00:00Z');
    await log('pen', -1, '2026-01-02T08:00:00Z');
    await build(pool, DAY);
    const { report_date, files } = await exportReport(pool, lake, DAY);
    expect(report_date).toBe(DAY);
    expect(files.map(({ key }) => key)).toEqual([`${FOLDER}/report.csv`, `${FOLDER}/report.json`]);
    expect((await text('report.csv')).split('\r\n')).toEqual([
      'report_date,section,rank,product_id,name,units,revenue,stock,threshold',
      '2026-01-02,total,,,,6,25.05,,',
      '2026-01-02,top_seller,1,mug,"Mug, ""blue""",5,24.95,,',
      `2026-01-02,top_seller,2,pen,"'=HYPERLINK(""http://evil.example"",""Pen"")",1,0.10,,`,
      '2026-01-02,low_stock,1,mug,"Mug, ""blue""",,,-3,10',
      '2026-01-02,oversold,1,mug,"Mug, ""blue""",,,-3,10',
      '',
    ]);
    expect(JSON.parse(await text('report.json'))).toEqual({ report_date: DAY, ...(await row()) });

    await build(pool, DAY);
    expect((await exportReport(pool, lake, DAY)).files).toEqual(files);
    for (const { key, sha256 } of files) expect((await lake.head(key))?.sha256).toBe(sha256);
  });

  it('gives the same files for the same day, whatever has become of its products since', async () => {
    await stockUp({
      mug: { price: '10.00', opening: 9 },
      pen: { price: '0.10', opening: 5, threshold: 6 },
      tea: { price: '3.00', opening: 20 },
    });
    await log('mug', -5, '2026-01-02T08:00:00Z');
    await build(pool, DAY);
    const { files } = await exportReport(pool, lake, DAY);
    expect(JSON.parse(await text('report.json'))).toMatchObject({ total_sales: '50.00', low_stock: [{}, {}] });

    await pool.query(`update shop.products set price = 12.50, name = 'Cup' where product_id = 'mug'`);
    await pool.query(
      `update inventory.inventory set low_stock_threshold = 1, opening_quantity = 90 where product_id = 'mug'`,
    );
    await pool.query(`update inventory.inventory set low_stock_threshold = 1000 where product_id = 'tea'`);
    await pool.query(`delete from inventory.inventory where product_id = 'pen'`);
    await pool.query(`delete from shop.products where product_id = 'pen'`);
    await pool.query(`insert into shop.products values ('new', 'New', 'things', 1.00)`);
    await pool.query(`insert into inventory.inventory values ('new', 0, 0, 10)`);
    await build(pool, DAY);
    expect((await exportReport(pool, lake, DAY)).files).toEqual(files);

    const { rows } = await pool.query(`select (now() at time zone 'UTC')::date::text as today`);
    await build(pool, rows[0].today);
    expect((await row(rows[0].today)).low_stock).toEqual([
      { product_id: 'new', name: 'New', stock: 0, threshold: 10 },
      { product_id: 'tea', name: 'TEA', stock: 20, threshold: 1000 },
    ]);
  });

  it('replaces the files when the report has changed, and sets their content type', async () => {
    await stockUp({ mug: { price: '4.99', opening: 20 } });
    await build(pool, DAY);
    await exportReport(pool, lake, DAY);
    await log('mug', -1, '2026-01-02T08:00:00Z');
    await build(pool, DAY);
    await exportReport(pool, lake, DAY);
    expect(JSON.parse(await text('report.json'))).toMatchObject({ total_sales: '4.99' });
    const { ContentType } = await s3Client().send(
      new GetObjectCommand({ Bucket: lake.bucket, Key: `${FOLDER}/report.csv` }),
    );
    expect(ContentType).toBe('text/csv; charset=utf-8');
  });

  it('fails for a day without a report, and says what to do', async () => {
    await expect(exportReport(pool, lake, DAY)).rejects.toThrow(
      'There is no report of 2026-01-02 to export; make it with {"action": "build", "date": "2026-01-02"} first.',
    );
  });
});
