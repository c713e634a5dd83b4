import { expect, it } from 'vitest';
import { describe } from './proof.ts';

it('keeps each check and each place in its line, whatever a record says', () => {
  const forged = { name: 'orders: columns', expected: 'a', actual: 'b\nBalanced.', where: ['c\n✓ all is well'] };
  const lines = describe({ balanced: false, checks: [{ ...forged, balanced: false }], streams: {} }).split('\n');
  expect(lines.slice(0, 3)).toEqual([
    String.raw`✗ orders: columns: expected a, got b\nBalanced.`,
    String.raw`    c\n✓ all is well`,
    '',
  ]);
});
