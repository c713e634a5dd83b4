import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMicros, parseMicros } from './time.ts';

const FIRST = Date.parse('0001-01-02T00:00:00Z');
const LAST = Date.parse('9999-12-30T23:59:59.999Z');
const milliseconds = fc.oneof(
  fc.integer({ min: FIRST, max: LAST }),
  fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }),
);

test('an instant of Date is the same instant in microseconds', () => {
  fc.assert(
    fc.property(milliseconds, (ms) => {
      expect(parseMicros(new Date(ms).toISOString())).toBe(BigInt(ms) * 1000n);
      expect(formatMicros(BigInt(ms) * 1000n)).toBe(`${new Date(ms).toISOString().slice(0, -1)}000Z`);
    }),
  );
});

test('microseconds survive being written and read, before 1970 too', () => {
  fc.assert(
    fc.property(milliseconds, fc.integer({ min: 0, max: 999 }), (ms, rest) => {
      const micros = BigInt(ms) * 1000n + BigInt(rest);
      expect(parseMicros(formatMicros(micros))).toBe(micros);
    }),
  );
});

test('a zone moves the clock, not the instant', () => {
  fc.assert(
    fc.property(milliseconds, fc.integer({ min: -14 * 60, max: 14 * 60 }), (ms, offset) => {
      const local = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
      const two = (number: number) => String(number).padStart(2, '0');
      const [hours, minutes] = [two(Math.trunc(Math.abs(offset) / 60)), two(Math.abs(offset) % 60)];
      const sign = offset < 0 ? '-' : '+';
      expect(parseMicros(`${local}${sign}${hours}:${minutes}`)).toBe(BigInt(ms) * 1000n);
      expect(parseMicros(`${local}${sign}${hours}${minutes}`)).toBe(BigInt(ms) * 1000n);
      if (minutes === '00') expect(parseMicros(`${local}${sign}${hours}`)).toBe(BigInt(ms) * 1000n);
    }),
  );
});

test('a day is accepted if and only if the calendar has it', () => {
  const two = (number: number) => String(number).padStart(2, '0');
  for (const year of [1900, 2000, 2024, 2025])
    for (let month = 0; month <= 13; month++)
      for (let day = 0; day <= 32; day++) {
        const exists = month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
        const read = () => parseMicros(`${year}-${two(month)}-${two(day)}T12:00:00Z`);
        if (exists) expect(read()).toBe(BigInt(Date.UTC(year, month - 1, day, 12)) * 1000n);
        else expect(read).toThrow('expected an ISO 8601 date and time');
      }
});

const noon = BigInt(Date.UTC(2025, 11, 11, 12)) * 1000n;

test.each([
  ['2025-12-11T12:00:00Z', noon],
  ['2025-12-11T12:00Z', noon],
  ['2025-12-11 12:00:00+00', noon],
  ['2025-12-11T12:00:00', noon],
  ['2025-12-11T12:00:00z', noon],
  ['2025-12-11T12:00:00-00:00', noon],
  ['2025-12-11T12:00:00.5Z', noon + 500_000n],
  ['2025-12-11T12:00:00,000001Z', noon + 1n],
  ['2025-12-11T12:00:00.123456', noon + 123_456n],
  ['2025-12-11T12:00:00.123456999Z', noon + 123_456n],
  ['2024-02-29T00:00:00Z', BigInt(Date.UTC(2024, 1, 29)) * 1000n],
  ['0001-01-01T00:00:00Z', -62_135_596_800_000_000n],
  ['9999-12-31T23:59:59.999999Z', 253_402_300_799_999_999n],
])('%s is read', (text, micros) => {
  expect(parseMicros(text)).toBe(micros);
});

test.each([
  '',
  'yesterday',
  '2025-12-11',
  '2025-02-30T00:00:00Z',
  '2023-02-29T00:00:00Z',
  '2025-12-11T24:00:00Z',
  '2025-12-11T12:60:00Z',
  '2025-12-11T12:00:60Z',
  '2025-12-11T12:00:00+16:00',
  '2025-12-11T12:00:00+01:60',
  '0000-12-31T00:00:00Z',
  '12025-12-11T12:00:00Z',
  '2025-1-1T00:00:00Z',
  '1765454400',
  ' 2025-12-11T12:00:00Z',
  '2025-12-11T12:00:00Z\n',
  '2025-12-11T12:00:00.Z',
  '٢٠٢٥-12-11T12:00:00Z',
  // In UTC these are the years 0 and 10000, which Python lacks.
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
])('%s is not a date and time', (text) => {
  expect(() => parseMicros(text)).toThrow(expect.objectContaining({ reason: 'invalid_timestamp' }));
});

test.each([[null], [undefined], [1_765_454_400], [true], [{}]])('%s is of the wrong type', (value) => {
  expect(() => parseMicros(value)).toThrow(expect.objectContaining({ reason: 'wrong_type' }));
});

test('the message for a long text is short', () => {
  expect(() => parseMicros('2'.repeat(1_000_000))).toThrow(/^.{1,200}$/);
});
