import { expect, it } from 'vitest';
import { check, faultsIn, noFaults } from './proof.ts';

const rows = (count: number, total = count) => Array.from({ length: count }, (_, id) => ({ id, total }));
const describe = ({ id }: { id: number }) => `row ${id}`;

it('a check without a fault is balanced', () => {
  const balanced = { name: 'a', balanced: true, expected: 0, actual: 0, where: [] };
  expect(noFaults('a', faultsIn([], describe))).toEqual(balanced);
  expect(check('a', 0, 0)).toEqual(balanced);
});

it('a check with equal sides is not balanced if something is named as off', () => {
  expect(check('a', 2, 2, ['one too many', 'one too few'])).toMatchObject({ balanced: false, expected: 2, actual: 2 });
});

it('faults are counted as SQL counted them, of each kind, and the first of them named', () => {
  const found = noFaults('a', faultsIn(rows(2, 700), describe), faultsIn(rows(1, 800), describe));
  expect(found).toEqual({
    name: 'a',
    balanced: false,
    expected: 0,
    actual: 1_500,
    where: ['row 0', 'row 1', 'row 0', '… and 1497 more'],
  });
});

it('at most fifty places are named, and the others counted', () => {
  expect(noFaults('a', faultsIn(rows(50), describe)).where).toHaveLength(50);
  const { where, actual } = noFaults('a', faultsIn(rows(51), describe));
  expect(actual).toBe(51);
  expect(where.slice(49)).toEqual(['row 49', '… and 1 more']);
});
