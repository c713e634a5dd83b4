import { expect, it } from 'vitest';
import type { ProofNote } from '#operations/proofs.ts';
import { allAnswerIn, firstOff, verdictOf } from './verdict.ts';

const proof: ProofNote = {
  id: 1,
  provedAt: '2026-11-30T09:41:00.000Z',
  seconds: 2,
  depth: 'objects',
  all: false,
  dags: true,
  balanced: true,
  checks: 96,
  off: [],
};
const off: ProofNote = {
  ...proof,
  balanced: false,
  off: [{ name: 'stock', expected: 12, actual: 11, where: ['product p-417', 'product p-9'] }],
};
/** As if there were no other. */
const only = (...proofs: ProofNote[]) => ({ proofs, proofsBefore: [] });
const after = (seconds: number, more: { allAnswer?: boolean; isLive?: boolean } = {}) => ({
  now: Date.parse(proof.provedAt) + seconds * 1000,
  allAnswer: true,
  isLive: true,
  ...more,
});

it('counts the age from the end of the proof', () => {
  expect(verdictOf(only(proof), after(11))).toMatchObject({ is: 'balanced', age: 9, isOld: false });
  expect(verdictOf(only(proof), after(1))).toMatchObject({ age: 0 });
});

it('says nothing about now by a proof of long ago', () => {
  expect(verdictOf(only(proof), after(63))).toMatchObject({ is: 'balanced', isOld: true });
  expect(verdictOf(only(proof), after(363))).toMatchObject({ is: 'expired' });
});

it('keeps saying what is off, however long nobody proves', () => {
  expect(verdictOf(only(off), after(11))).toMatchObject({ is: 'off', isOld: false });
  expect(verdictOf(only(off), after(9999))).toMatchObject({ is: 'off', isOld: true });
});

it('a deeper proof that is off does not go back to Balanced', () => {
  const deeper: ProofNote = { ...off, depth: 'rows', all: true };
  const next: ProofNote = { ...proof, id: 2, provedAt: '2026-11-30T09:41:15.000Z' };
  expect(verdictOf(only(deeper, next), after(22))).toMatchObject({
    ...{ is: 'off', proof: { id: 1 }, age: 20, isOld: false },
    last: next.provedAt,
  });
  expect(verdictOf({ proofs: [next], proofsBefore: [deeper] }, after(22))).toMatchObject({
    is: 'off',
    proof: { id: 1 },
  });
  const asDeep: ProofNote = { ...next, id: 3, depth: 'rows', all: true };
  expect(verdictOf(only(deeper, next, asDeep), after(22))).toMatchObject({ is: 'balanced', proof: { id: 3 } });
});

it('does not say Balanced while a service is down, and says it in grey while the server is gone', () => {
  expect(verdictOf(only(proof), after(11, { allAnswer: false }))).toMatchObject({ is: 'suspended', age: 9 });
  expect(verdictOf(only(off), after(11, { allAnswer: false }))).toMatchObject({ is: 'off' });
  expect(verdictOf(only(proof), after(11, { isLive: false }))).toMatchObject({ is: 'balanced', isOld: true });
});

it('knows of no service that it answers before the first pulse', () => {
  const sources = { postgres: 'ok', kafka: 'ok', lambda: 'ok', airflow: 'ok' } as const;
  expect(allAnswerIn(null)).toBe(false);
  expect(allAnswerIn({ sources })).toBe(true);
  expect(allAnswerIn({ sources: { ...sources, kafka: { since: '2026-11-30T09:00:00Z', why: 'gone' } } })).toBe(false);
});

it('has none without a proof', () => {
  expect(verdictOf(null, after(0))).toEqual({ is: 'none' });
  expect(verdictOf(only(), after(0))).toEqual({ is: 'none' });
});

it('names the first check that is off, and its first place', () => {
  expect(firstOff(off)).toEqual({ what: 'stock: expected 12, got 11', where: 'product p-417' });
  expect(firstOff(proof)).toBeNull();
});
