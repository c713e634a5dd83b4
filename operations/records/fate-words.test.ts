import { expect, test } from 'vitest';
import type { Fate } from './fate.ts';
import { inOneText, inSeconds, wordsOf } from './fate-words.ts';

const timestamp = '2026-11-30T09:38:01.204Z';
const said = (fate: Fate) => inOneText(wordsOf(fate, { topic: 'orders' }, timestamp));

test('what became of a record', () => {
  const lake = { place: 'lake', done: true, at: '2026-11-30T09:38:04.304Z' } as const;
  const warehouse = { place: 'warehouse', done: true, at: '2026-11-30T09:40:05.204Z' } as const;
  const curated = { place: 'curated', done: false, at: null } as const;
  expect(said({ state: 'effect', way: [lake, warehouse, curated] })).toBe(
    '● lake 3.1 s → ● warehouse 2 min 04 s → ○ curated',
  );
  expect(said({ state: 'repeat', way: [lake], first: { topic: 'orders', partition: 2, offset: 10_734 } })).toBe(
    '● lake 3.1 s → ◇ repeat of 2/10734',
  );
  expect(said({ state: 'repeat', way: [], first: { topic: 'store_sales', partition: 0, offset: 1 } })).toBe(
    '◇ repeat of store_sales 0/1',
  );
  const letter = { id: 9031, reason: 'invalid_amount', message: '', redrivenAt: null, redrivenBy: null } as const;
  expect(said({ state: 'rejected', way: [], letter })).toBe('✗ dead letter #9031 invalid_amount');
  expect(said({ state: 'rejected', way: [], letter: { ...letter, redrivenAt: timestamp, redrivenBy: 'ada' } })).toBe(
    '✗ dead letter #9031 invalid_amount → ● sent back by ada',
  );
  expect(said({ state: 'waiting', way: [], behind: 1200 })).toBe('○ waits in Kafka (lag 1,200)');
});

test('a place that was reached before Kafka got the record, by another clock, has no time', () => {
  const lake = { place: 'lake', done: true, at: '2026-11-30T09:37:00Z' } as const;
  expect(said({ state: 'effect', way: [lake] })).toBe('● lake');
});

test.each([
  [0, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.6, '1 min 00 s'],
  [3_900, '1 h 05 min'],
  [200_000, '2 d 7 h'],
])('%f s are %s', (seconds, text) => {
  expect(inSeconds(seconds)).toBe(text);
});
