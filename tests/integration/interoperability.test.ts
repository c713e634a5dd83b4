/** Every reader gets the same values from the lake's files: hyparquet, pyarrow and DuckDB, compared one by one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvents } from '#adapters/lake/parquet-read.ts';
import { inRepository, installFolder } from '#adapters/repository.ts';
import { formatCents } from '#domain/money.ts';
import type { ReadRecord } from '#domain/records.ts';
import { type Order, orderEvent } from '#domain/streams/orders.ts';
import { installPython } from '#localstack/install/python.ts';
import { orderOf } from '../support/archived.ts';
import { encodeRecords } from '../support/encoded.ts';

const program = inRepository('tests/fixtures/read_parquet.py');
const lockFile = inRepository('benchmarks/requirements.lock');

type Row = (string | number | null)[];
interface Reading {
  readonly types: Record<string, string>;
  readonly rows: Row[];
}

let python: string;
let folder: string;

beforeAll(async () => {
  const environment = await installPython({ name: 'benchmarks', lockFile, installFolder, report: () => {} });
  python = join(environment, 'bin', 'python');
  folder = mkdtempSync(join(tmpdir(), 'tillstream-parquet-'));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

const EARLIEST = -62_135_596_800_000_000n;
const LATEST = 253_402_300_799_999_999n;

const extremes = [
  orderOf(0, { amount: 9_999_999_999, created_at: LATEST, product_id: 'sku-1', quantity: 2_147_483_647 }),
  orderOf(1, { amount: -9_999_999_999, created_at: EARLIEST, product_id: null, quantity: null }),
  orderOf(2, { amount: -1, created_at: -1n, category: '\ufeffÜnïcode 📚 \u{10FFFF} 中文', quantity: 1 }),
  orderOf(3, { amount: 0, created_at: 0n, category: '"quoted", \\ \n\t', product_id: '𝒳'.repeat(50) }),
  orderOf(4, { amount: 5, created_at: 1_765_411_200_123_457n, product_id: ' ' }),
];

const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }).filter((text) => !text.includes('\0'));
const someOrder: fc.Arbitrary<Order> = fc.record({
  order_id: fc.uuid(),
  user_id: fc.uuid(),
  amount: fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }),
  currency: fc.constantFrom('EUR', 'USD'),
  category: someText,
  country: fc.constantFrom('DE', 'AT', 'CH'),
  created_at: fc.bigInt({ min: EARLIEST, max: LATEST }),
  product_id: fc.option(someText),
  quantity: fc.option(fc.integer({ min: 1, max: 2_147_483_647 })),
});

/** The values that every reader must return for a record, in the order of the columns. */
const rowOf = ({ offset, timestamp, event }: ReadRecord<Order>): Row => [
  event.order_id,
  event.user_id,
  formatCents(event.amount),
  event.currency,
  event.category,
  event.country,
  // As text, since JSON readers turn large numbers into doubles.
  String(event.created_at),
  event.product_id ?? null,
  event.quantity ?? null,
  // `extra`
  null,
  offset,
  String(timestamp * 1000),
];

test.each([
  ['extremes', extremes],
  ['one order, of version 1', [orderOf(5)]],
  // More than one row group.
  ['25,000 random orders', fc.sample(someOrder, { numRuns: 25_000, seed: 7 })],
])('%s', async (name, orders) => {
  const records = orders.map((event, index) => ({
    offset: 7_000_000_000 + index,
    timestamp: 1_765_411_200_123,
    event,
  }));
  const file = encodeRecords(orderEvent, records, { topic: 'orders', partition: 3 });
  expect(Buffer.compare(file, encodeRecords(orderEvent, records, { topic: 'orders', partition: 3 }))).toBe(0);

  const ours: ReadRecord<Order>[] = [];
  const source = { byteLength: file.byteLength, slice: (start: number, end: number) => file.subarray(start, end) };
  for await (const group of readEvents(orderEvent, source)) ours.push(...group);
  const withNulls = ({ event, ...record }: ReadRecord<Order>) => ({
    ...record,
    event: { ...event, product_id: event.product_id ?? null, quantity: event.quantity ?? null },
  });
  expect(ours).toEqual(records.map(withNulls));

  const path = join(folder, `${name}.parquet`);
  writeFileSync(path, file);
  const output = execFileSync(python, [program, path], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const { metadata, pyarrow, duckdb } = JSON.parse(output) as {
    metadata: Record<string, string>;
    pyarrow: Reading;
    duckdb: Reading;
  };
  expect(metadata).toMatchObject({
    topic: 'orders',
    partition: '3',
    first_offset: '7000000000',
    last_offset: String(7_000_000_000 + orders.length - 1),
    schema: 'order',
    schema_version: '2',
  });
  const expected = records.map(rowOf);
  expect(pyarrow.rows).toEqual(expected);
  expect(duckdb.rows).toEqual(expected);
  expect(pyarrow.types).toMatchObject({
    order_id: 'string',
    amount: 'decimal128(10, 2)',
    created_at: 'timestamp[us, tz=UTC]',
    quantity: 'int32',
    kafka_offset: 'int64',
    kafka_timestamp: 'timestamp[us, tz=UTC]',
  });
  expect(duckdb.types).toMatchObject({
    order_id: 'VARCHAR',
    amount: 'DECIMAL(10,2)',
    created_at: 'TIMESTAMP WITH TIME ZONE',
    quantity: 'INTEGER',
    kafka_offset: 'BIGINT',
    kafka_timestamp: 'TIMESTAMP WITH TIME ZONE',
  });
});
