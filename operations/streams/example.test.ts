import { expect, test } from 'vitest';
import * as z from 'zod';
import { columnsOf, money, text, uuid } from '#domain/columns.ts';
import { eventReader } from '#domain/event-reader.ts';
import { catalogue } from '#domain/streams.ts';
import { exampleOf, freshExample } from './example.ts';

test.each(catalogue.map((stream) => [stream.topic, stream] as const))(
  'the consumer of %s takes its example',
  (_, { event }) => {
    expect(() => eventReader(event)(Buffer.from(exampleOf(event)))).not.toThrow();
  },
);

test.each(catalogue.map((stream) => [stream.topic, stream] as const))(
  'a fresh example of %s is taken too, and is another one than the last, with its own time and the same key',
  (_, stream) => {
    let made = 0;
    const id = () => `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`;
    const now = new Date('2026-11-30T09:00:00.123Z');
    const [first, second] = [freshExample(stream, { id, now }), freshExample(stream, { id, now })];
    const events = [first, second].map((text) => {
      eventReader(stream.event)(Buffer.from(text));
      return JSON.parse(text);
    });
    const [own = ''] = stream.ids;
    expect(events[0][own]).not.toBe(events[1][own]);
    if (stream.key !== own) expect(events[0][stream.key]).toBe(JSON.parse(exampleOf(stream.event))[stream.key]);
    if (columnsOf(stream.event).some(({ kind }) => kind === 'timestamp'))
      expect(first).toContain('2026-11-30T09:00:00.123Z');
    expect(first).not.toContain('\n');
  },
);

test('a field that is named as another one, or takes few characters, gets a value that it takes', () => {
  const event = z.object({ product_id: uuid(''), currency: text(2, ''), status: money(''), code: text(3, '') });
  const example = exampleOf(event);
  expect(() => eventReader(event)(Buffer.from(example))).not.toThrow();
  expect(JSON.parse(example)).toMatchObject({ currency: 'te', status: '19.99', code: 'tex' });
});

test('where the key is the record’s own id, a fresh example has a key of its own', () => {
  const stream = { event: z.object({ refund_id: text(8, '') }), ids: ['refund_id'], key: 'refund_id' };
  const fresh = freshExample(stream, { id: () => '11111111-1111-4111-8111-111111111111', now: new Date() });
  expect(JSON.parse(fresh)).toEqual({ refund_id: '11111111' });
});
