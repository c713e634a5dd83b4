import { expect, test } from 'vitest';
import { figuresOf, skewOf } from './figures.ts';
import type { LastDelivery } from './last-deliveries.ts';

const offsets = { partition: 0, earliest: 100, latest: 1_000 };
const delivery = (records: number, age: number) => ({ records, age }) as LastDelivery;

test('a partition that lags says when it will have caught up, at its rate', () => {
  const deliveries = [delivery(200, 10), delivery(100, 200), delivery(999, 400)];
  expect(figuresOf({ offsets, since: 700, next: 880, deliveries })).toEqual({
    ...offsets,
    ...{ next: 880, lag: 120, coming: 1, going: 1, clearsIn: 120, batch: 433 },
  });
});

test('if more came than is known of, the rate is of the time that is known', () => {
  const deliveries = [delivery(10, 0), delivery(10, 10), delivery(10, 20)];
  expect(figuresOf({ offsets, since: 1_000, next: 1_000, deliveries })).toMatchObject({
    ...{ going: 1, lag: 0, clearsIn: null, coming: 0 },
  });
});

test('what doesn’t move is never said to catch up', () => {
  expect(figuresOf({ offsets, since: 100, next: null, deliveries: [] })).toMatchObject({
    ...{ next: null, lag: 900, going: 0, clearsIn: null, batch: null },
  });
  expect(figuresOf({ offsets, since: 100, next: null, deliveries: undefined })).toMatchObject({
    lag: null,
    going: null,
  });
});

test('skew is how much more than the mean the busiest partition gets', () => {
  expect(skewOf([{ coming: 3 }, { coming: 1 }])).toBe(1.5);
  expect(skewOf([{ coming: 0 }, { coming: 0 }])).toBeNull();
});
