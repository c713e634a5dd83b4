import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isKnown, scopeOf } from './scope.ts';

const known = { indexUuid: 'a', viewMd5: 'v' };
const usual = { ...known, full: false, compared: { ...known, ageSeconds: 3_600 } };

test('the hours that changed suffice for an index that the notes describe', () => {
  expect(scopeOf(usual)).toBe('changed');
  expect(isKnown(usual)).toBe(true);
});

test.each([
  ['on request', { full: true }],
  ['in the first run', { compared: undefined }],
  ['after a day', { compared: { ...known, ageSeconds: 86_400 } }],
  ['after the clock was ahead', { compared: { ...known, ageSeconds: -1 } }],
  ['for an index that was created again', { indexUuid: 'b' }],
  ['for a view that was redefined', { viewMd5: 'w' }],
])('compares all hours %s', (_, change) => {
  expect(scopeOf({ ...usual, ...change })).toBe('all');
});

test('only a known index can differ unexpectedly', () => {
  for (const change of [{ compared: undefined }, { indexUuid: 'b' }, { viewMd5: 'w' }])
    expect(isKnown({ ...usual, ...change })).toBe(false);
  expect(isKnown({ ...usual, full: true })).toBe(true);
});

test('changed hours never suffice for another index, another view or after a day', () => {
  const text = fc.constantFrom('a', 'b');
  const compared = fc.record({
    indexUuid: text,
    viewMd5: text,
    ageSeconds: fc.double({ min: 0, max: 2e5, noNaN: true }),
  });
  const situation = fc.record({
    full: fc.boolean(),
    indexUuid: text,
    viewMd5: text,
    compared: fc.option(compared, { nil: undefined }),
  });
  fc.assert(
    fc.property(situation, (each) => {
      if (scopeOf(each) === 'all') return;
      expect(each).toMatchObject({ full: false, compared: { indexUuid: each.indexUuid, viewMd5: each.viewMd5 } });
      expect(each.compared?.ageSeconds).toBeLessThan(86_400);
    }),
  );
});
