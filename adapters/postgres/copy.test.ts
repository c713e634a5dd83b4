import { expect, test } from 'vitest';
import { type CopyColumn, encodeRows } from './copy.ts';

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
