import { expect, test } from 'vitest';
import { asCommand, asKcat, csvRows, lookOf, putNewest, queryOf } from './messages.ts';

const look = lookOf('orders', { filter: ` country=DE "it's" `, from: '2026-11-30T09:00', partition: '2' });

test('an address leaves out what is usual, and leads back', () => {
  expect(queryOf(lookOf('orders', {}))).toEqual({});
  expect(queryOf(look)).toEqual({ from: '2026-11-30T09:00', partition: '2', filter: `country=DE "it's"` });
  expect(lookOf('orders', queryOf(look)).filter).toBe(`country=DE "it's"`);
});

test('what the page shows is what the commands show', () => {
  expect(asCommand(lookOf('dlq', {}))).toBe('npx tillstream messages dlq');
  expect(asCommand(look)).toBe(
    String.raw`npx tillstream messages --from 2026-11-30T09:00 --partition 2 --filter 'country=DE "it'\''s"' orders`,
  );
  expect(asKcat(lookOf('orders', { from: '17' }))).toBe('kcat -b "$BROKERS" -C -e -t orders -o 17');
  expect(asKcat(lookOf('orders', { from: '1970-01-01T00:00:01Z', partition: '1' }))).toBe(
    'kcat -b "$BROKERS" -C -e -t orders -p 1 -o s@1000',
  );
  expect(asKcat(lookOf('orders', { from: 'noon' }))).toBeNull();
});

test('what a live look shows, the commands follow', () => {
  const live = lookOf('orders', { from: 'live', partition: '1', filter: 'x' });
  expect(asCommand(live)).toBe('npx tillstream messages --follow --partition 1 --filter x orders');
  expect(asKcat(live)).toBe('kcat -b "$BROKERS" -C -t orders -p 1 -o end');
});

test('what came last is on top, and no more is kept than can be looked at', () => {
  const at = (offset: number) => ({ offset }) as Parameters<typeof putNewest>[1][number];
  const first = putNewest([], [at(1), at(2)], 3);
  expect(first.map(({ offset }) => offset)).toEqual([2, 1]);
  expect(putNewest(first, [at(3), at(4)], 3).map(({ offset }) => offset)).toEqual([4, 3, 2]);
  expect(putNewest(first, [], 3)).toEqual(first);
});

test('a spreadsheet gets what the list shows', () => {
  const bytes = { shown: { text: '{}' }, length: 9, cut: true };
  const message = {
    partition: 1,
    offset: 2,
    timestamp: null,
    key: null,
    value: bytes,
    headers: [],
    headersLeftOut: 0,
    packedIn: null,
  };
  expect(csvRows('orders', [{ ...message, fate: { state: 'waiting', way: [], behind: 1 } }])[1]).toEqual([
    null,
    1,
    2,
    '',
    '{}…',
    '○ waits in Kafka (lag 1)',
  ]);
});
