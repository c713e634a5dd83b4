import { expect, test } from 'vitest';
import { fetchWait } from './patience.ts';

const patience = { wait: 200, waitAtRest: 2_000 };

test('a fetch waits long once 25 have found nothing', () => {
  expect(fetchWait(patience, 0, false)).toBe(200);
  expect(fetchWait(patience, 24, false)).toBe(200);
  expect(fetchWait(patience, 25, false)).toBe(2_000);
});

test('never while a partition is paused, since whoever resumes it waits for the fetch', () => {
  expect(fetchWait(patience, 25, true)).toBe(200);
});
