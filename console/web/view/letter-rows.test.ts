import { expect, it } from 'vitest';
import type { ListedLetter } from '#operations/letters/list.ts';
import { append, putOnTop, type Rows } from './letter-rows.ts';

const rowsOf = (...ids: number[]) => ids.map((id) => ({ id }) as ListedLetter);
const idsOf = ({ rows }: Rows) => rows.map(({ id }) => id);

it('goes on below', () => {
  const joined = append({ rows: rowsOf(9, 8), next: '8' }, { rows: rowsOf(5), next: '4' });
  expect([idsOf(joined), joined.next]).toEqual([[9, 8, 5], '4']);
});

it('keeps what a search has found, however little there is on its first page', () => {
  const found = { rows: rowsOf(900, 300, 120), next: '100' };
  const joined = putOnTop(found, { rows: [], next: '950' });
  expect([idsOf(joined), joined.next]).toEqual([[900, 300, 120], '100']);
  const newer = putOnTop(found, { rows: rowsOf(1200, 1000), next: '950' });
  expect(idsOf(newer)).toEqual([1200, 1000, 900, 300, 120]);
});

it('keeps the end of a list that is whole, and begins with the first page', () => {
  expect(putOnTop({ rows: rowsOf(3, 2, 1), next: null }, { rows: rowsOf(4, 3), next: '3' })).toEqual({
    rows: rowsOf(4, 3, 2, 1),
    next: null,
  });
  expect(putOnTop({ rows: [], next: undefined }, { rows: rowsOf(4), next: '4' }).next).toBe('4');
  expect(putOnTop({ rows: rowsOf(2, 1), next: null }, { rows: rowsOf(2), next: null })).toEqual({
    rows: rowsOf(2),
    next: null,
  });
});
