/** Which records the fast path takes: if it took none, every other test would pass, and all would be slower. */
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { columnScanner } from './column-scanner.ts';
import { SLACK } from './column-values/storage.ts';
import { columnsOf } from './columns.ts';
import { allocateColumns, allocateExtra } from './event-columns.ts';
import { eventReader } from './event-reader.ts';
import { streams } from './streams.ts';

function takes(event: z.ZodObject, json: string | Uint8Array): boolean {
  const value = Buffer.from(json as string);
  const bytes = Buffer.concat([value, Buffer.alloc(SLACK)]);
  const arena = { bytes, length: bytes.length };
  const { columns } = allocateColumns(event, 1, arena);
  return columnScanner(columns, bytes, allocateExtra(1, arena))(0, 0, value.length);
}

const UUID = 'b57893f5-54cb-4e6e-aa1e-487b64d32a99';
const VALUES = { uuid: UUID, money: 12.5, text: 'p-1', timestamp: '2025-12-11T00:00:01.123Z', integer: 3 };

/** An event whose every field has a value. */
const fieldsOf = (event: z.ZodObject) =>
  columnsOf(event).map(({ name, kind, longest, example }) => {
    const usual = kind === 'text' ? VALUES.text.slice(0, longest) : VALUES[kind];
    return [name, example?.(new Date()) ?? usual] as const;
  });
const write = (fields: Iterable<readonly [string, unknown]>) => JSON.stringify(Object.fromEntries(fields));
const writeAsPython = (fields: Iterable<readonly [string, unknown]>) =>
  `{${Array.from(fields, ([name, value]) => `"${name}": ${JSON.stringify(value)}`).join(', ')}}`;

test.each(Object.values(streams))('$topic: it takes what producers usually write', ({ event }) => {
  const columns = columnsOf(event);
  const fields = fieldsOf(event);
  const may = (what: 'optional' | 'nullable', name: string) => columns.some((each) => each.name === name && each[what]);
  for (const usual of [
    fields,
    fields.toReversed(),
    fields.map(([name, value]) => [name, may('nullable', name) ? null : value] as const),
    fields.filter(([name]) => !may('optional', name)),
  ]) {
    expect(takes(event, write(usual))).toBe(true);
    expect(takes(event, writeAsPython(usual))).toBe(true);
  }
});

const order = fieldsOf(streams.orders.event);
const json = write(order);
const takesOrder = (value: string | Uint8Array) => takes(streams.orders.event, value);

/** An order with another value, written as JSON, in a field. */
function orderWith(name: string, written: string): string {
  const value = write(order.map((field) => (field[0] === name ? [name, '?'] : field))).replace('"?"', written);
  expect(value).toContain(written);
  return value;
}

test.each([
  ['created_at', '"2025-12-11T00:00:01.123456+00:00"'],
  ['created_at', '"2025-12-11T00:00:01"'],
  ['created_at', '"2025-12-11 00:00:01,5z"'],
  ['created_at', '"2025-12-11T05:30+0530"'],
  ['created_at', '"2025-12-10T22:00:00.000000001-02"'],
  ['order_id', `"${UUID.toUpperCase()}"`],
  ['amount', '"-012.50"'],
  ['amount', '12.5000'],
  ['category', '"Bücher 📚"'],
])('it takes another usual way to write %s: %s', (name, written) => {
  expect(takesOrder(orderWith(name, written))).toBe(true);
});

test.each(['1', '-1.50e+3', 'null', 'true', '"wëb"', '""'])('it takes an unknown field: %s', (written) => {
  expect(takesOrder(json.replace('{', `{"channel":${written},`))).toBe(true);
  expect(takesOrder(json.replace('}', `,"channel": ${written}, "weight":2}`))).toBe(true);
});

test.each([
  ['an escape in a text', orderWith('currency', '"\\u0045UR"')],
  ['an escape in a name', json.replace('"amount"', '"a\\u006dount"')],
  ['an unknown field that is nested', json.replace('{', '{"extra":[1],')],
  ['an unknown field with an escape', json.replace('{', '{"extra":"\\n",')],
  ['an unknown field twice', json.replace('{', '{"extra":1,"extra":1,')],
  ['17 unknown fields', json.replace('{', `{${Array.from({ length: 17 }, (_, n) => `"n${n}":1,`).join('')}`)],
  ['a field twice', json.replace('{', '{"amount":1,')],
  ['an exponent', orderWith('amount', '1250e-2')],
  ['decimals of a quantity', orderWith('quantity', '3.0')],
  ['a long quantity', orderWith('quantity', '2000000000')],
  ['a year of long ago', orderWith('created_at', '"1899-12-31T23:59:59Z"')],
  ['lines', JSON.stringify(JSON.parse(json), null, 2)],
  ['space around it', ` ${json}\n`],
  ['a byte order mark', `\ufeff${json}`],
])('it leaves to the reference, which reads it: %s', (_, value) => {
  expect(takesOrder(value)).toBe(false);
  expect(eventReader(streams.orders)(Buffer.from(value))).toMatchObject({ order_id: UUID });
});

test.each([
  ['a third decimal', orderWith('amount', '12.505')],
  ['a day that does not exist', orderWith('created_at', '"2025-02-29T00:00:00Z"')],
  ['a zone of 16 hours', orderWith('created_at', '"2025-12-11T00:00:00+16:00"')],
  ['a zone of 60 minutes', orderWith('created_at', '"2025-12-11T00:00:00+01:60"')],
  ['half a zone', orderWith('created_at', '"2025-12-11T00:00:00+01:"')],
  ['a zone behind Z', orderWith('created_at', '"2025-12-11T00:00:00Z+00:00"')],
  ['ten digits of a second', orderWith('created_at', '"2025-12-11T00:00:00.0000000001Z"')],
  ['a UUID of 35 digits', orderWith('order_id', `"${UUID.slice(1)}"`)],
  ['an empty text', orderWith('country', '""')],
  ['a long text', orderWith('country', '"12345678901"')],
  ['null in a required field', orderWith('amount', 'null')],
  ['no required field', write(order.slice(1))],
  ['an array', `[${json}]`],
  ['half of it', json.slice(0, json.length / 2)],
  ['more behind it', `${json}}`],
  ['no UTF-8', Buffer.from(orderWith('currency', '"E\u00fcR"'), 'latin1')],
  ['nothing', ''],
])('it leaves to the reference, which refuses it: %s', (_, value) => {
  expect(takesOrder(value)).toBe(false);
  expect(() => eventReader(streams.orders)(Buffer.from(value as string))).toThrow();
});
