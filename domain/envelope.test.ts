import { expect, test } from 'vitest';
import * as z from 'zod';
import { money, text } from './columns.ts';
import { type Envelope, wrap } from './envelope.ts';
import { wholeReader } from './event-reader.ts';
import { problemsOf } from './problems.ts';
import { readBatch } from './read-batch.ts';

const event = z.object({ id: text(9, ''), amount: money('') });
const EVENT = { id: 'a', amount: 12.5 };
const READ = { id: 'a', amount: 1250 };

const headersOf = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => ({ name, value: Buffer.from(value) }));

/** The event, or each fault with its path. */
function read(envelope: Envelope, value: unknown, headers?: Readonly<Record<string, string>>): unknown {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const reading = wholeReader({ event, envelope })(bytes, headers && headersOf(headers));
  return 'event' in reading ? reading.event : reading.faults.map(({ reason, path }) => [reason, path.join('.')]);
}

test.each(['cloudevents', 'debezium', '$.data.order', '$.a'] as const)('an event in %s is read', (envelope) => {
  expect(read(envelope, wrap(envelope, EVENT), {})).toEqual(READ);
  expect(read(envelope, wrap(envelope, EVENT))).toEqual(READ);
});

const cloud = { specversion: '1.0', id: '1', source: '/', type: 't', data: EVENT };
const BINARY = { ce_specversion: '1.0', ce_id: '1', ce_source: '/', ce_type: 't' };

test.each([
  ['with the type of its data', { ...cloud, datacontenttype: 'application/vnd.shop+json; charset=utf-8' }, {}],
  ['in a later minor version', { ...cloud, specversion: '1.1' }, {}],
  ['by headers', EVENT, BINARY],
  ['by headers and content-type', EVENT, { ...BINARY, 'content-type': 'application/json' }],
])('a CloudEvent is read %s', (_, value, headers) => {
  expect(read('cloudevents', value, headers)).toEqual(READ);
});

test('a CloudEvent whose headers are not known is judged by its value', () => {
  expect(read('cloudevents', EVENT)).toEqual(READ);
  expect(read('cloudevents', cloud)).toEqual(READ);
});

test.each([
  ['no envelope', EVENT, {}, 'specversion'],
  ['another version', { ...cloud, specversion: '0.3' }, {}, 'specversion'],
  ['another version in headers', EVENT, { ce_specversion: '0.3' }, ''],
  ['another type in headers', EVENT, { ...BINARY, 'content-type': 'application/avro' }, ''],
  ['data that is no JSON', { ...cloud, datacontenttype: 'text/xml', data: '<a/>' }, {}, 'datacontenttype'],
  ['data in base64', { ...cloud, data: undefined, data_base64: 'e30=' }, {}, 'data'],
  ['data as text', { ...cloud, data: '{}' }, {}, 'data'],
  ['a batch', [cloud], {}, ''],
])('a CloudEvent is refused with %s', (_, value, headers, path) => {
  expect(read('cloudevents', value, headers)).toEqual([['invalid_envelope', path]]);
});

const change = { before: null, after: EVENT, source: {}, op: 'c', ts_ms: 1 };

test.each(['c', 'u', 'r'])('a change of Debezium with op %s is read, with a schema or without', (op) => {
  expect(read('debezium', { ...change, op })).toEqual(READ);
  expect(read('debezium', { schema: {}, payload: { ...change, op } })).toEqual(READ);
});

test.each([
  ['a row that was deleted', { ...change, op: 'd', before: EVENT, after: null }, 'unsupported_delete', 'op'],
  ['a deleted row with schema', { schema: {}, payload: { ...change, op: 'd' } }, 'unsupported_delete', 'payload.op'],
  ['a table that was emptied', { ...change, op: 't' }, 'invalid_envelope', 'op'],
  ['no row', { ...change, after: null }, 'invalid_envelope', 'after'],
  ['no change', EVENT, 'invalid_envelope', 'payload'],
  ['no object', [change], 'invalid_envelope', ''],
])('a change of Debezium with %s has a reason of its own', (_, value, reason, path) => {
  expect(read('debezium', value)).toEqual([[reason, path]]);
});

test('a path that leads nowhere is refused where it ends', () => {
  expect(read('$.data.order', { data: {} })).toEqual([['invalid_envelope', 'data.order']]);
  expect(read('$.data.order', { data: [{ order: EVENT }] })).toEqual([['invalid_envelope', 'data']]);
  expect(read('$.__proto__', {})).toEqual([['invalid_envelope', '__proto__']]);
  expect(read('$.data', '{"data":')).toEqual([['not_json', '']]);
});

test('what is wrong is marked in the value as it came', () => {
  const stream = { event, envelope: '$.data.order' } as const;
  const value = '{"amount": "far", "data": {"order": {"id": 1}, "order": { "id": "", "amount" : 1.234 }}}';
  const marked = problemsOf(stream, Buffer.from(value)).map(({ from, to, path, reason }) => [
    value.slice(from, to),
    path.join('.'),
    reason,
  ]);
  expect(marked).toEqual([
    ['""', 'data.order.id', 'invalid_text'],
    ['1.234', 'data.order.amount', 'invalid_amount'],
  ]);
  const lacks = '{"data": {"other": 1}, "more": {}}';
  const [problem] = problemsOf(stream, Buffer.from(lacks));
  // The end of what lacks it.
  expect(problem).toMatchObject({ from: lacks.indexOf('},'), to: lacks.indexOf('},') + 1, path: ['data', 'order'] });
});

test('an amount is judged by the digits of the event, not by those of its envelope', () => {
  const value = '{"amount": 1, "data": {"id": "a", "amount": 12.50000000000000000001}}';
  expect(read('$.data', value)).toEqual([['invalid_amount', 'data.amount']]);
  expect(read('$.data', value.replace('0001', '0000'))).toEqual(READ);
});

test('a batch reads each record with its own headers', () => {
  const record = (offset: number, value: unknown, headers: Readonly<Record<string, string>>) => ({
    ...{ offset, timestamp: 0, key: null, value: Buffer.from(JSON.stringify(value)) },
    headers: headersOf(headers),
  });
  const { good, bad } = readBatch(
    { event, envelope: 'cloudevents' },
    { topic: 't', partition: 0, records: [record(0, cloud, {}), record(1, EVENT, BINARY), record(2, EVENT, {})] },
  );
  expect(good.map(({ offset, event }) => [offset, event])).toEqual([
    [0, READ],
    [1, READ],
  ]);
  expect(bad).toMatchObject([
    { offset: 2, reason: 'invalid_envelope', message: expect.stringMatching(/^specversion: /) },
  ]);
});
