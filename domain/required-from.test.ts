import { expect, test } from 'vitest';
import * as z from 'zod';
import { columnsOf, money, text } from './columns.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { problemsOf } from './problems.ts';
import { readBatch } from './read-batch.ts';
import { requiredFrom } from './required-from.ts';

const SINCE = Date.parse('2027-01-01T00:00:00Z');
const event = z.object({
  amount: money('What it costs.'),
  channel: requiredFrom('2027-01-01T00:00:00Z', text(20, 'Where it was sold.')),
  shop: requiredFrom('2028-01-01T00:00:00Z', text(20, 'Who sold it.')),
});

/** The channel of a record of that time, or why it is a dead letter. */
function read(value: string, timestamp: number): unknown {
  const record = { offset: 1, timestamp, key: null, value: Buffer.from(value), headers: [] };
  const { good, bad } = readBatch({ event }, { topic: 'orders', partition: 0, records: [record] });
  return good[0] ? (good[0].event.channel ?? null) : `${bad[0]?.reason}: ${bad[0]?.message}`;
}

const MISSING = 'missing_field: channel: expected a value, got none';

test.each([
  ['{"amount":1}', SINCE - 1, null],
  ['{"amount":1,"channel":null}', SINCE - 1, null],
  ['{"amount":1}', -1, null],
  ['{"amount":1}', SINCE, MISSING],
  ['{"amount":1,"channel":null}', SINCE, 'wrong_type: channel: expected text, got null'],
  ['{"amount":1,"channel":"web"}', SINCE, 'web'],
  ['{ "amount":1,"channel":"web"}', SINCE, 'web'],
  ['{ "amount":1}', SINCE + 1, MISSING],
  [
    '{"amount":1,"channel":"web"}',
    Date.parse('2028-01-01T00:00:00Z'),
    'missing_field: shop: expected a value, got none',
  ],
  ['{"channel":7}', SINCE, 'missing_field: amount: expected a value, got none'],
])('%s at %d', (value, timestamp, said) => {
  expect(read(value, timestamp)).toBe(said);
  // By its own time: whenever it is read again.
  expect(read(value, timestamp)).toBe(said);
});

test('everything that is wrong is found at once, and nothing is missing where the time is not known', () => {
  const value = Buffer.from('{"amount":"x"}');
  const names = (timestamp?: number) => problemsOf({ event }, value, undefined, timestamp).map(({ path }) => path[0]);
  expect(names(Date.parse('2028-06-01T00:00:00Z'))).toEqual(['amount', 'channel', 'shop']);
  expect(names()).toEqual(['amount']);
});

test('its column may be null, and the schema for producers says from when on it is required', () => {
  expect(columnsOf(event)[1]).toMatchObject({ optional: true, nullable: true, requiredFrom: SINCE });
  expect(jsonSchemaOf({ topic: 'orders', event })).toMatchObject({
    required: ['amount'],
    properties: { channel: { description: expect.stringContaining('from 2027-01-01T00:00:00Z on') } },
  });
});

test.each(['2027', '2027-01-01', '2027-01-01T00:00:00+01:00', '2027-13-01T00:00:00Z'])('%s is no such time', (time) => {
  expect(() => requiredFrom(time, text(20, ''))).toThrow(`got ${time}.`);
});
