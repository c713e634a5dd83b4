import { expect, it } from 'vitest';
import type { Pulse } from '#operations/pulse.ts';
import { judgeLetters, newLetters, type SeenLetters } from './new-letters.ts';

const pulse = (letters: Pulse['letters'], state: 'look' | 'unknown' = 'look') =>
  ({
    at: '2026-11-30T09:41:00Z',
    letters,
    places: { letters: { count: 9, age: 3, p95: null, state, why: 'A record became a dead letter 3 s ago.' } },
  }) as unknown as Pulse;
const seen: SeenLetters = { run: 'a', at: '2026-11-30T09:31:00Z', letters: { conflict: 2, unknown_product: 1 } };
const placeOf = (...given: Parameters<typeof judgeLetters>) => judgeLetters(...given).places.letters;

it('what came since a person looked wants a look, with the reasons and since when', () => {
  const letters = { conflict: 4, unknown_product: 39, not_json: 1 };
  expect(newLetters(letters, seen)).toEqual([
    ['unknown_product', 38],
    ['conflict', 2],
    ['not_json', 1],
  ]);
  expect(placeOf(pulse(letters), seen)).toMatchObject({
    state: 'look',
    why: '41 new since 09:31:00 UTC: unknown_product 38, conflict 2 ….',
    count: 9,
  });
});

it('what was seen is fine, however new it is', () => {
  const place = placeOf(pulse(seen.letters), seen);
  expect(place.state).toBe('fine');
  expect(place).not.toHaveProperty('why');
});

it('who never looked is told of all; of what is unknown nothing is said', () => {
  expect(placeOf(pulse({ conflict: 1 }), null).why).toBe('1 letter that nobody has looked at here: conflict 1.');
  expect(placeOf(pulse({}), null).state).toBe('fine');
  for (const unknown of [pulse(null), pulse({ conflict: 9 }, 'unknown')])
    expect(judgeLetters(unknown, seen)).toBe(unknown);
});
