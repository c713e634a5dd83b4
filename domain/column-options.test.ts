/** What columns accept beyond their kind, if they are declared to. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { columnScanner } from './column-scanner.ts';
import { SLACK } from './column-values/storage.ts';
import { columnsOf, currency, money, timestamp, uuid } from './columns.ts';
import { currencies } from './currencies.ts';
import { allocateColumns, allocateExtra } from './event-columns.ts';
import { wholeReader } from './event-reader.ts';
import { namedUuid } from './named-uuid.ts';

/** The value in code, or reason and message, of what is written as JSON. */
function read(column: z.ZodType, written: string): unknown {
  const reading = wholeReader({ event: z.object({ a: column }) })(Buffer.from(`{"a":${written}}`));
  return 'event' in reading ? reading.event.a : [reading.faults[0].reason, reading.faults[0].message];
}

/** Whether the fast path takes it. */
function isTaken(column: z.ZodType, written: string): boolean {
  const value = Buffer.from(`{"a":${written}}`);
  const bytes = Buffer.concat([value, Buffer.alloc(SLACK)]);
  const arena = { bytes, length: bytes.length };
  const { columns } = allocateColumns(z.object({ a: column }), 1, arena);
  return columnScanner(columns, bytes, allocateExtra(1, arena))(0, 0, value.length);
}

const seconds = timestamp('', { accepts: ['epoch_seconds'] });
const any = timestamp('', { accepts: ['iso', 'epoch_seconds', 'epoch_milliseconds', 'epoch_microseconds'] });
const TIME = 1_765_411_201_123_456n;

test.each([
  ['1765411201', 1_765_411_201_000_000n],
  ['"1765411201"', 1_765_411_201_000_000n],
  ['1765411201.123456', TIME],
  ['"1765411201.1234569"', TIME],
  ['1765411201.12345600000000000001', TIME],
  ['17654112011e-1', 1_765_411_201_100_000n],
  ['631152000', 631_152_000_000_000n],
  ['4102444799.9999999', 4_102_444_799_999_999n],
])('seconds since 1970: %s', (written, expected) => {
  expect(read(seconds, written)).toBe(expected);
  expect(read(any, written)).toBe(expected);
});

test.each([
  ['1765411201123', 'as epoch_milliseconds it would be 2025-12-11T00:00:01.123000Z'],
  ['1765411201123456', 'as epoch_microseconds it would be 2025-12-11T00:00:01.123456Z'],
  ['631151999', 'expected epoch_seconds of the years 1990 to 2099, got 631151999'],
  ['4102444800', 'got 4102444800'],
  ['0', 'got 0'],
  ['-1', 'got -1'],
  [`${'9'.repeat(5_000)}`, 'got 9999'],
  ['"2025-12-11T00:00:01Z"', 'expected epoch_seconds as a number'],
  ['""', 'expected epoch_seconds as a number'],
])('a unit is never guessed: of seconds, %.20s is refused', (written, told) => {
  expect(read(seconds, written)).toEqual(['invalid_timestamp', expect.stringContaining(told)]);
});

test('of several units that are declared a number means one time, or none', () => {
  expect(read(any, '1765411201123')).toBe(1_765_411_201_123_000n);
  expect(read(any, '1765411201123456')).toBe(TIME);
  expect(read(any, '"2025-12-11T00:00:01.123456Z"')).toBe(TIME);
  expect(read(any, '17654112')).toEqual(['invalid_timestamp', expect.stringContaining('1990 to 2099')]);
  expect(read(any, 'true')).toEqual(['wrong_type', 'expected a date and time as text, got boolean']);
});

test('a time as number stays refused where none is declared, whatever its digits are', () => {
  for (const written of ['1765411201', '1765411201.00000000000000001'])
    expect(read(timestamp(''), written)).toEqual(['wrong_type', 'expected a date and time as text, got number']);
});

const computed = money('', { rounds: 'float_noise' });

test.each([
  ['0.30000000000000004', 30],
  ['"0.30000000000000004"', 30],
  ['0.7999999999999999', 80],
  ['-3.3000000000000003', -330],
  ['99.9999999999986', 10_000],
  ['0.10000000000002274', 10],
  ['5.551115123125783e-17', 0],
  ['-5.551115123125783E-17', 0],
  ['12.5', 1250],
])('an amount that was computed with doubles: %s', (written, cents) => {
  expect(read(computed, written)).toBe(cents);
});

test.each([
  '0.305',
  '0.300000001',
  // More digits than a double has, and fewer than a computed one.
  '0.300000000000000040',
  '0.3000000000000000444',
  '12.340000001',
  '0.30499999999999994',
  '100000000.00000001',
  '1e-17',
])('%s stays refused: nobody’s doubles have made it of cents', (written) => {
  expect(read(computed, written)).toEqual(['invalid_amount', expect.any(String)]);
});

test('what is within rounding of cents and was written by a program is those cents, and only where that is declared', () => {
  const cents = fc.integer({ min: -100_000, max: 100_000 });
  fc.assert(
    fc.property(fc.array(cents, { minLength: 1, maxLength: 50 }), (amounts) => {
      const written = JSON.stringify(amounts.reduce((sum, amount) => sum + amount / 100, 0));
      const sum = amounts.reduce((total, amount) => total + amount, 0);
      expect(read(computed, written)).toBe(sum);
      const strict = read(money(''), written);
      expect(strict).toEqual(
        Math.abs(Number(written) * 100) < 1e10 && /^-?\d+(\.\d\d?)?$/.test(written) ? sum : strict,
      );
    }),
  );
  expect(read(money(''), '0.30000000000000004')).toEqual(['invalid_amount', expect.any(String)]);
});

test.each([
  ['1250', 1250],
  ['"1250"', 1250],
  ['-1250.0', -1250],
  ['125e1', 1250],
  ['9999999999', 9_999_999_999],
  ['0', 0],
  ['-0', 0],
])('an amount in hundredths: %s', (written, cents) => {
  expect(read(money('', { unit: 'minor' }), written)).toBe(cents);
});

test.each(['12.5', '10000000000', '"12,5"', '""'])('%s is no amount in hundredths', (written) => {
  expect(read(money('', { unit: 'minor' }), written)).toEqual([
    'invalid_amount',
    expect.stringContaining('hundredths'),
  ]);
});

test.each([
  ['"EUR"', 'EUR'],
  ['"eur"', 'EUR'],
  ['"uSd"', 'USD'],
  // Bulgaria has the euro since 2026; what was paid before stays in leva.
  ['"BGN"', 'BGN'],
])('the code of a currency in any case: %s', (written, code) => {
  expect(read(currency(''), written)).toBe(code);
});

test.each(['"EURO"', '" EUR"', '"€"', '"XYZ"', '"XXX"', '"XAU"', '""', '"ſek"'])('%s is no currency', (written) => {
  expect(read(currency(''), written)).toEqual(['invalid_currency', expect.stringContaining('ISO 4217')]);
});

test('currencies are three capitals each, and none is there twice', () => {
  expect([...currencies].every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  expect(currencies.size).toBe(161);
});

const GUESTS = uuid('', { guests: /^guest-\d+$/ });

test('a guest has a UUID of version 5 that follows from its id, and what is neither is refused', () => {
  const guest = read(GUESTS, '"guest-17"');
  expect(guest).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(read(GUESTS, '"guest-17"')).toBe(guest);
  expect(read(GUESTS, '"guest-18"')).not.toBe(guest);
  expect(read(GUESTS, '"B57893F5-54CB-4E6E-AA1E-487B64D32A99"')).toBe('b57893f5-54cb-4e6e-aa1e-487b64d32a99');
  for (const mangled of ['"b57893f5-54cb-4e6e-aa1e-487b64d32a9"', '"guest-"', `"guest-${'1'.repeat(500)}"`])
    expect(read(GUESTS, mangled)).toEqual([expect.stringMatching(/^invalid_/), expect.any(String)]);
  expect(read(uuid(''), '"guest-17"')).toEqual(['invalid_uuid', 'expected a UUID, got "guest-17"']);
});

test('a named UUID is the one of RFC 9562, whatever the length of the name', () => {
  const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
  expect(namedUuid(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  for (const length of [0, 39, 40, 47, 48, 49, 111, 112, 113, 1000]) {
    const name = 'ü'.repeat(length);
    const hash = createHash('sha1')
      .update(Buffer.from(DNS.replaceAll('-', ''), 'hex'))
      .update(name)
      .digest('hex');
    const own = namedUuid(DNS, name).replaceAll('-', '');
    expect([own.slice(0, 12), own.slice(13, 16), own.slice(17)]).toEqual([
      hash.slice(0, 12),
      hash.slice(13, 16),
      hash.slice(17, 32),
    ]);
  }
});

test('the fast path takes what is usual for a column that was declared so', () => {
  for (const [column, written] of [
    [seconds, '1765411201'],
    [any, '1765411201123'],
    [any, '"2025-12-11T00:00:01Z"'],
    [money('', { unit: 'minor' }), '1250'],
    [computed, '12.5'],
    [currency(''), '"EUR"'],
    [GUESTS, '"b57893f5-54cb-4e6e-aa1e-487b64d32a99"'],
  ] as const)
    expect([written, isTaken(column, written)]).toEqual([written, true]);
});

test('a column says how it was declared, and how a value of it is written', () => {
  const [column] = columnsOf(z.object({ at: seconds }));
  expect(column).toMatchObject({ kind: 'timestamp', options: { accepts: ['epoch_seconds'] } });
  expect(column?.example?.(new Date('2026-01-02T03:04:05Z'))).toBe(1_767_323_045);
  expect(columnsOf(z.object({ at: timestamp('') }))[0]).not.toHaveProperty('options');
});
