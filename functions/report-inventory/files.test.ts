import { expect, test } from 'vitest';
import { reportFiles } from './files.ts';
import type { Report } from './report.ts';

const report: Report = {
  report_date: '2026-01-02',
  total_sales: '27.50',
  units_sold: 6,
  top_sellers: [
    { product_id: 'mug', name: 'Mug, blue', units: 5, revenue: '25.00' },
    { product_id: 'pen', name: '=1+1', units: 1, revenue: '2.50' },
  ],
  low_stock: [{ product_id: 'mug', name: 'Mug, blue', stock: -2, threshold: 10 }],
  oversold: [{ product_id: 'mug', name: 'Mug, blue', stock: -2, threshold: 10 }],
};

const texts = (of: Report) => reportFiles(of).map(({ body }) => Buffer.from(body).toString());

test('each day has a folder with two files', () => {
  expect(reportFiles(report).map(({ key, contentType }) => [key, contentType])).toEqual([
    ['reports/daily_inventory/dt=2026-01-02/report.csv', 'text/csv; charset=utf-8'],
    ['reports/daily_inventory/dt=2026-01-02/report.json', 'application/json'],
  ]);
});

test('the CSV has the totals and each list under one header', () => {
  expect(texts(report)[0]?.split('\r\n')).toEqual([
    'report_date,section,rank,product_id,name,units,revenue,stock,threshold',
    '2026-01-02,total,,,,6,27.50,,',
    '2026-01-02,top_seller,1,mug,"Mug, blue",5,25.00,,',
    "2026-01-02,top_seller,2,pen,'=1+1,1,2.50,,",
    '2026-01-02,low_stock,1,mug,"Mug, blue",,,-2,10',
    '2026-01-02,oversold,1,mug,"Mug, blue",,,-2,10',
    '',
  ]);
});

test('the JSON is the report, and its bytes don’t depend on the order of keys', () => {
  const [, json = ''] = texts(report);
  expect(JSON.parse(json)).toEqual(report);
  const reversed = Object.fromEntries(Object.entries(report).reverse()) as unknown as Report;
  const turned = report.top_sellers.map(({ product_id, name, ...rest }) => ({ ...rest, name, product_id }));
  expect(texts({ ...reversed, top_sellers: turned })).toEqual(texts(report));
  expect(Object.keys(JSON.parse(json))).toEqual(Object.keys(report).sort());
});
