import { expect, test } from 'vitest';
import { malformedKinds } from '#simulator/malformed.ts';
import { type Reason, reasons, Unusable } from './dead-letters.ts';

test('what can’t be used is an error with a reason to filter by', () => {
  const error = new Unusable('not_json', 'expected a JSON object');
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'Unusable', reason: 'not_json', message: 'expected a JSON object' });
});

test('the simulator makes a record for every reason but conflict, which takes two', () => {
  const made = new Set<Reason>(malformedKinds.map(({ reason }) => reason));
  expect([...made, 'conflict'].sort()).toEqual(Object.keys(reasons).sort());
});
