import { expect, test } from 'vitest';
import * as z from 'zod';
import { columnsOf, currency, money, quantity, text, timestamp, uuid } from './columns.ts';
import { eventReader } from './event-reader.ts';
import { plainValue, writtenValue } from './written-value.ts';

const AT = 1_765_411_201_123_456n;
const ID = '00000000-0000-4000-8000-000000000001';

test.each([
  [money('Plain.'), -105, '-1.05'],
  [money('Computed.', { rounds: 'float_noise' }), 30, '0.30'],
  [money('Hundredths.', { unit: 'minor' }), 199, 199],
  [timestamp('ISO.'), AT, '2025-12-11T00:00:01.123456Z'],
  [timestamp('Seconds.', { accepts: ['epoch_seconds'] }), AT, '1765411201.123456'],
  [timestamp('Milliseconds.', { accepts: ['epoch_milliseconds', 'iso'] }), AT, '1765411201123.456'],
  [timestamp('Microseconds.', { accepts: ['epoch_microseconds'] }), AT, '1765411201123456'],
  [timestamp('Either.', { accepts: ['iso', 'epoch_seconds'] }), AT, '2025-12-11T00:00:01.123456Z'],
  [text(20, 'Text.'), '7.10', '7.10'],
  [quantity('Pieces.'), 7, 7],
  [currency('Money.'), 'EUR', 'EUR'],
  [uuid('Who.', { guests: /^guest-\d+$/ }), ID, ID],
])('a value is written as its column reads it (%#)', (field, value, written) => {
  const event = z.object({ field });
  const [column] = columnsOf(event);
  if (!column) throw new Error('Expected a column.');
  expect(writtenValue(column, value)).toBe(written);
  expect(eventReader({ event })(Buffer.from(JSON.stringify({ field: written })))).toEqual({ field: value });
});

test('PostgreSQL gets amounts and times as text, whatever their column accepts', () => {
  expect(plainValue({ kind: 'money' }, 199)).toBe('1.99');
  expect(plainValue({ kind: 'timestamp' }, AT)).toBe('2025-12-11T00:00:01.123456Z');
  expect(plainValue({ kind: 'money' }, null)).toBeNull();
  expect(plainValue({ kind: 'timestamp' }, undefined)).toBeUndefined();
});
