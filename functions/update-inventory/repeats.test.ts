import { expect, test } from 'vitest';
import type { z } from 'zod';
import { columnsOf } from '#domain/columns.ts';
import { readBatch } from '#domain/read-batch.ts';
import { inventoryStreams, type Stream } from '#domain/streams.ts';
import { firstReader } from './firsts.ts';
import { judge } from './repeats.ts';

const [VALUE, OTHER] = [
  { text: 'a', integer: 1, timestamp: '2026-01-02T03:04:05Z' },
  { text: 'b', integer: 2, timestamp: '2026-01-02T03:04:05.000001Z' },
] as Record<string, unknown>[];

/** An event whose every field has a value of its kind. */
const fieldsOf = ({ event }: Stream) =>
  Object.fromEntries(columnsOf(event).map(({ name, kind }) => [name, VALUE?.[kind]]));
const write = (fields: object) => JSON.stringify(fields);

function read({ topic, event }: Stream, value: string): z.infer<Stream['event']> {
  const timestamp = Date.parse('2026-01-02T03:04:06Z');
  const record = { offset: 9, timestamp, key: null, value: Buffer.from(value), headers: [] };
  const { good, bad } = readBatch({ event }, { topic, partition: 0, records: [record] });
  if (!good[0])
    throw new Error(`Expected a usable ${topic}, got ${bad[0]?.message}: give each kind of column a value above`);
  return good[0].event;
}

const fields = inventoryStreams.flatMap((stream) =>
  columnsOf(stream.event).flatMap(({ name, kind }) =>
    name === stream.ids[0] ? [] : [{ stream, topic: stream.topic, name, kind }],
  ),
);

test.each(fields)('$topic: the same id with another $name is a conflict', ({ stream, topic, name, kind }) => {
  const first = { topic, partition: 3, offset: 7, event: firstReader(stream)(write(fieldsOf(stream))) };
  const event = read(stream, write({ ...fieldsOf(stream), [name]: OTHER?.[kind] }));
  expect(judge(stream, event, first)).toEqual({
    outcome: 'conflict',
    message: `${stream.ids[0]}: the same event came before with another ${name}; ${topic} partition 3 offset 7 holds the first`,
  });
});

test.each(inventoryStreams)('$topic: the same event written in another way is a repeat', (stream) => {
  const event = read(stream, write(fieldsOf(stream)));
  const value = `\ufeff ${write({ ...Object.fromEntries(Object.entries(fieldsOf(stream)).toReversed()), unknown: 1 })}`
    .replace('"quantity":1', '"quantity":1.0')
    .replace('05Z', '05.000+00:00');
  const first = { topic: stream.topic, partition: 0, offset: 0, event: firstReader(stream)(value) };
  expect(judge(stream, event, first)).toEqual({ outcome: 'duplicate' });
});

test.each([null, 'not json', '{}'])(
  'a first that can no longer be read, such as %j, is never taken for the same',
  (value) => {
    const [stream] = inventoryStreams;
    if (!stream) throw new Error('Expected streams of inventory, got none');
    const event = read(stream, write(fieldsOf(stream)));
    const first = { topic: stream.topic, partition: 0, offset: 0, event: firstReader(stream)(value) };
    expect(judge(stream, event, first)).toMatchObject({
      outcome: 'conflict',
      message: expect.stringContaining('content, which can no longer be read'),
    });
  },
);
