import { expect, it } from 'vitest';
import type { ProofNote } from '#operations/proofs.ts';
import { heard, isGapBetween, joined, momentsOf, type PastProofs, sayPast } from './past-proofs.ts';

const noon = Date.parse('2026-11-30T12:00:00Z');
/** One each 15 s; b is balanced, x is off; B and X are of everything, row by row. */
const proofs = (text: string): ProofNote[] =>
  [...text].map((mark, at) => ({
    id: at + 1,
    provedAt: new Date(noon + at * 15_000).toISOString(),
    seconds: 1,
    depth: 'bx'.includes(mark) ? 'objects' : 'rows',
    all: !'bx'.includes(mark),
    dags: true,
    balanced: 'bB'.includes(mark),
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
  ['bXbbb', '5 proofs in 60 s · off since 12:00:15'],
  ['bXbBb', '5 proofs in 60 s · off 12:00:15 for 30 s'],
])('says of %j: %s', (text, said) => {
  expect(sayPast({ proofs: proofs(text), proofsBefore: [] }, new Date(noon + 90_000))).toBe(said);
});

it('does not forget what stands when its proof is too old to be shown', () => {
  const all = proofs('bXbbbbBb');
  let past: PastProofs = { proofs: all.slice(0, 1), proofsBefore: [] };
  const said = all.slice(1).map((proof) => {
    past = heard(past, proof, 3);
    return momentsOf(past)
      .map(({ standing }) => (standing.length > 0 ? 'x' : 'b'))
      .join('');
  });
  expect(said).toEqual(['bx', 'bxx', 'xxx', 'xxx', 'xxx', 'xxb', 'xbb']);
  expect(past.proofs.map(({ id }) => id)).toEqual([6, 7, 8]);
});

it('takes one that was missed at its place, and each once', () => {
  const [first, second, third] = proofs('bXb');
  if (!first || !second || !third) throw new Error('three');
  const past = heard(heard({ proofs: [first, third], proofsBefore: [] }, second, 72), second, 72);
  expect(momentsOf(past).map(({ proof, standing }) => [proof.id, standing.length])).toEqual([
    [1, 0],
    [2, 1],
    [3, 1],
  ]);
});

it('knows a gap, behind which what stood isn’t known from before', () => {
  const all = proofs('bbXbbbb');
  const [before, off] = [{ proofs: all.slice(0, 2), proofsBefore: [] }, all.slice(2, 3)];
  expect(isGapBetween(before, { proofs: all.slice(4), proofsBefore: off })).toBe(true);
  expect(isGapBetween(before, { proofs: all.slice(1), proofsBefore: [] })).toBe(false);
  expect(isGapBetween(null, before)).toBe(false);
  expect(isGapBetween({ proofs: [], proofsBefore: [] }, before)).toBe(false);
  expect(isGapBetween(before, { proofs: [], proofsBefore: [] })).toBe(false);
});

it('joins what was asked for later and what came since, and keeps what stood before all of them', () => {
  const all = proofs('XbbbBbb');
  const [older, newer] = [all.slice(1, 4), all.slice(3)];
  const off = all.slice(0, 1);
  const past = joined({ proofs: newer, proofsBefore: off }, { proofs: older, proofsBefore: off });
  expect(past.proofs.map(({ id }) => id)).toEqual([2, 3, 4, 5, 6, 7]);
  expect(momentsOf(past).map(({ standing }) => standing.length)).toEqual([1, 1, 1, 0, 0, 0]);
  expect(joined(past, { proofs: all.slice(6), proofsBefore: [] })).toEqual(past);
  expect(joined(null, past)).toBe(past);
});
