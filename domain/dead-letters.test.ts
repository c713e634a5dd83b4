import { expect, test } from 'vitest';
import { malformedKinds } from '#simulator/malformed.ts';
import { type Reason, reasons, Unusable } from './dead-letters.ts';

test('what can’t be used is an error with a reason to filter by', () => {
  const error = new Unusable('not_json', 'expected a JSON object');
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'Unusable', reason: 'not_json', message: 'expected a JSON object' });
});

// A conflict takes two records, an unknown product takes the inventory, and a wrong key a topic that is compacted.
test('the simulator makes a malformed record for every reason that a record can have by itself', () => {
  const made = new Set<Reason>(malformedKinds.map(({ reason }) => reason));
  // The simulator makes none: one record of 6 MB outweighs thousands of others.
  expect([...made, 'conflict', 'too_large', 'unknown_product', 'wrong_key'].sort()).toEqual(
    Object.keys(reasons).sort(),
  );
});
