import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

test('what the DAG sends is read, and full is off unless asked for', () => {
  expect(readRequest({})).toEqual({ full: false });
  expect(readRequest({ full: true })).toEqual({ full: true });
});

test.each([[{ full: 'yes' }], [[]], [undefined]])('%o is refused, with what was expected', (payload) => {
  expect(() => readRequest(payload)).toThrow('Expected {"full": true} to compare every hour, or {}');
});
