import { expect, it } from 'vitest';
import { sayPast } from './past-proofs.ts';

const noon = Date.parse('2026-11-30T12:00:00Z');
/** One each 15 s; b is balanced, x is off. */
const proofs = (text: string) =>
  [...text].map((mark, at) => ({
    provedAt: new Date(noon + at * 15_000).toISOString(),
    seconds: 1,
    depth: 'objects' as const,
    all: false,
    balanced: mark === 'b',
    checks: 96,
    off: [],
  }));

it.each([
  ['', 'no proofs yet'],
  ['b', '1 proof · all balanced'],
  ['bbbbb', '5 proofs in 60 s · all balanced'],
  ['bbxxb', '5 proofs in 60 s · off 12:00:30 for 30 s'],
  ['xbxbb', '5 proofs in 60 s · off 12:00:30 for 15 s'],
  ['bbbxx', '5 proofs in 60 s · off since 12:00:45'],
  ['xx', '2 proofs in 15 s · off since 12:00:00'],
])('says of %j: %s', (text, said) => {
  expect(sayPast(proofs(text), new Date(noon + 90_000))).toBe(said);
});
