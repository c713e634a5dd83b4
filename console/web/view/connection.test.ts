import { expect, it } from 'vitest';
import { lost, secondsUntilRetry } from './connection.ts';

it('tries again after 1, 2, 5 and then every 10 seconds', () => {
  expect([1, 2, 3, 4, 5, 99].map(secondsUntilRetry)).toEqual([1, 2, 5, 10, 10, 10]);
});

it('remembers since when the server is gone', () => {
  const first = lost({ is: 'live' }, 1, 1000);
  expect(first).toEqual({ is: 'lost', since: 1000, again: 2000 });
  expect(lost(first, 2, 2000)).toEqual({ is: 'lost', since: 1000, again: 4000 });
});
