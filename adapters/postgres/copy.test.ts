import { expect, test } from 'vitest';
import * as z from 'zod';
import { money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import { columnsFrom } from '#domain/event-columns.ts';
import { encodeRows } from './copy.ts';
import type { CopyColumn } from './copy-columns.ts';
import { addRows, inOrder, noRows } from './encoded-rows.ts';

const encode = (rows: number, ...columns: CopyColumn[]): Buffer => Buffer.concat([...encodeRows({ rows, columns })]);
const hex = (kind: CopyColumn['kind'], value: Uint8Array | bigint | number): string =>
  encode(1, { kind, values: [value] }).toString('hex');

/** One column, and the length of its value. */
const value = (length: number) => `0001${length.toString(16).padStart(8, '0')}`;

test('each kind of value as PostgreSQL’s receive functions read it', () => {
  expect(hex('uuid', Buffer.from('3f1c9a52-7d2e-4b1a-9c3d-5e6f7a8b9c0d'))).toBe(
    `${value(16)}3f1c9a527d2e4b1a9c3d5e6f7a8b9c0d`,
  );
  expect(hex('text', Buffer.from('ü📚'))).toBe(`${value(6)}c3bcf09f939a`);
  expect(hex('integer', -2)).toBe(`${value(4)}fffffffe`);
  expect(hex('bigint', 7_000_000_000n)).toBe(`${value(8)}00000001a13b8600`);
  expect(hex('timestamp', 946_684_800_000_001n)).toBe(`${value(8)}0000000000000001`);
  // 3 digits of base 10,000, the first of weight 1; sign; 2 decimals; 1234 5678 . 90
  expect(hex('money', -1_234_567_890n)).toBe(`${value(14)}0003000140000002${'04d2'}${'162e'}${'2328'}`);
});

test('one value stands for all rows, and null has no bytes', () => {
  const rows = encode(2, { kind: 'bigint', values: 5 }, { kind: 'text', values: [null, Buffer.from('a')] });
  const five = '000000080000000000000005';
  expect(rows.toString('hex')).toBe(`0002${five}ffffffff` + `0002${five}0000000161`);
});

test('rows are cut into chunks anywhere, and a value larger than a chunk is whole', () => {
  const large = Buffer.alloc(200_000, 'x');
  const values = Array.from({ length: 5_000 }, (_, row) =>
    row === 2_500 ? large : row % 3 ? null : Buffer.from('abc'),
  );
  const columns: CopyColumn[] = Array.from({ length: 9 }, () => ({ kind: 'text', values }));
  const whole = values.map((text) => {
    const field = text
      ? Buffer.concat([Buffer.from(`${text.length.toString(16).padStart(8, '0')}`, 'hex'), text])
      : Buffer.alloc(4, 0xff);
    return Buffer.concat([Buffer.from([0, 9]), ...new Array<Buffer>(9).fill(field)]);
  });
  expect(encode(values.length, ...columns).equals(Buffer.concat(whole))).toBe(true);
});

test('a batch of events is written from its columns as it would be from its values', () => {
  const event = z.object({
    id: uuid(''),
    price: money(''),
    at: timestamp(''),
    note: text(20, '').nullish(),
    pieces: quantity('').nullish(),
  });
  const id = '3f1c9a52-7d2e-4b1a-9c3d-5e6f7a8b9c0d';
  const events = [
    { id, price: -9_999_999_999, at: -62_135_596_800_000_000n, note: 'ü📚', pieces: 2_147_483_647 },
    { id, price: 0, at: 946_684_799_999_999n, note: null, pieces: null },
    { id, price: 1, at: 946_684_800_000_000n, note: 'a', pieces: null },
    { id, price: 9_999_999_999, at: 253_402_300_799_999_999n, note: null, pieces: 1 },
    { id, price: 7, at: -1n, note: 'b', pieces: 2 },
  ];
  const records = events.map((of, index) => ({ offset: 2 ** 40 + index, timestamp: 0, event: of }));
  const { columns, offsets } = columnsFrom(event, records);
  const bytes = (value: string | null) => (value === null ? null : Buffer.from(value));
  expect(encode(events.length, ...columns, { kind: 'bigint', values: offsets }).toString('hex')).toBe(
    encode(
      events.length,
      { kind: 'uuid', values: events.map((of) => Buffer.from(of.id)) },
      { kind: 'money', values: events.map((of) => BigInt(of.price)) },
      { kind: 'timestamp', values: events.map((of) => of.at) },
      { kind: 'text', values: events.map((of) => bytes(of.note)) },
      { kind: 'integer', values: events.map((of) => of.pieces) },
      { kind: 'bigint', values: records.map(({ offset }) => BigInt(offset)) },
    ).toString('hex'),
  );
});

test('rows are kept and sent in any order, however many are added', () => {
  const texts = Array.from({ length: 900 }, (_, row) => `${row}`.padStart(row % 400, '.'));
  const rows = noRows(10);
  for (let from = 0; from < texts.length; from += 90)
    addRows(
      rows,
      { rows: 90, columns: [{ kind: 'text', values: texts.slice(from, from + 90).map((of) => Buffer.from(of)) }] },
      0,
      90,
    );
  const order = Uint32Array.from(texts.keys())
    .reverse()
    .filter((row) => row % 7 > 0);
  const sent = [...order].map((row) => encode(1, { kind: 'text', values: [Buffer.from(texts[row] ?? '')] }));
  expect(Buffer.concat([...inOrder(rows, order)]).equals(Buffer.concat(sent))).toBe(true);
});
