import { expect, it } from 'vitest';
import { lookAgainAfter, proofsDue } from './movement.ts';

it('proves when something was written, and otherwise every five minutes, whatever the clock does', () => {
  const due = proofsDue();
  const at = (written: string | undefined, seconds: number) => due.isDue(written, seconds * 1_000);
  expect(at('1', 0)).toBe(true);
  expect(at('1', 15)).toBe(false);
  expect(at('2', 30)).toBe(true);
  expect(at('2', 329)).toBe(false);
  expect(at('2', 330)).toBe(true);
  expect(at('2', 345)).toBe(false);
  expect(at(undefined, 346)).toBe(true);
  // Set back by an hour.
  expect(at(undefined, -3_000)).toBe(true);
});

it('looks less often at what has stood still for half a minute', () => {
  expect([0, 29, 30].map(lookAgainAfter)).toEqual([1_000, 1_000, 5_000]);
});
