import { expect, it } from 'vitest';
import { streams } from '#domain/streams.ts';
import { inWords, verdictOnJob, verdictOnLetters, verdictOnStream, worst } from './places.ts';

const orders = (waited: number, committed: number | null, age: number | null = committed) =>
  verdictOnStream(streams.orders, { lag: 1_234, waited, committed, age });

it('looks at a stream of which nothing is taken for a minute longer than its window', () => {
  expect(orders(80, 500).state).toBe('fine');
  expect(orders(81, 500)).toEqual({
    state: 'look',
    why: '1,234 records of orders wait, and archive-orders has taken none for 1 min.',
  });
  expect(orders(601, 1_000).state).toBe('wrong');
  // It is taken, or records have only just come, or nothing was ever taken.
  expect(orders(601, 15).state).toBe('fine');
  expect(orders(15, 3_600).state).toBe('fine');
  expect(orders(81, null).state).toBe('look');
});

it('looks at a stream that is taken, and falls behind', () => {
  expect(orders(900, 5, 179).state).toBe('fine');
  expect(orders(900, 5, 300)).toEqual({
    state: 'look',
    why: '1,234 records of orders wait: the newest that has taken effect is 5 min old.',
  });
  expect(orders(900, 5, null).state).toBe('fine');
});

const job = (minutes: number | null, waiting = 3) =>
  verdictOnJob({
    ...{ place: 'warehouse', job: 'orders_minio_to_postgres', everyMinutes: 5, allowedMinutes: 15 },
    ...{ waiting, longest: minutes === null ? null : minutes * 60 },
  });

it('looks at what waits two periods for a job of five minutes, and calls it wrong as the proof does', () => {
  expect(job(null, 0).state).toBe('fine');
  expect(job(10).state).toBe('fine');
  expect(job(11)).toEqual({
    state: 'look',
    why: '3 have waited for orders_minio_to_postgres for up to 11 min; it should run every 5 min.',
  });
  expect(job(16, 1)).toMatchObject({ state: 'wrong', why: expect.stringMatching(/^1 has waited/) });
});

it('calls letters of the last ten minutes news', () => {
  expect([null, 600, 599].map((age) => verdictOnLetters(age).state)).toEqual(['fine', 'fine', 'look']);
});

it('takes the worst of several verdicts', () => {
  const all = (['fine', 'look', 'unknown', 'fine'] as const).map((state) => ({ state }));
  expect([worst([]), worst(all), worst([...all, { state: 'wrong' }])].map(({ state }) => state)).toEqual([
    'fine',
    'look',
    'wrong',
  ]);
});

it.each([
  [-1, '0 s'],
  [59.4, '59 s'],
  [59.6, '1 min'],
  [3_599, '1 h'],
  [7_200, '2 h'],
  [172_800, '2 days'],
])('says %d seconds in words', (seconds, words) => {
  expect(inWords(seconds)).toBe(words);
});
