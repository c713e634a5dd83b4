import { expect, it } from 'vitest';
import { batches, keyOf } from './send.ts';

it('keys a record by its stream’s field, if it has that as text', () => {
  expect(keyOf('{"user_id": "ada", "amount": 1}', 'user_id')).toBe('ada');
  for (const line of ['{"user_id": 1}', '{}', 'null', '"ada"', '["user_id"]', '{"user_id": "ada"', 'no JSON'])
    expect(keyOf(line, 'user_id'), line).toBeNull();
});

it('cuts the records into batches, in their order, none larger than a broker takes unless one record is', () => {
  const records = ['aa', 'b', 'ccccc', 'd', 'e', 'f'].map((value) => ({ key: null, value }));
  const cut = [...batches(records, { records: 2, bytes: 4 })].map((batch) => batch.map(({ value }) => value));
  expect(cut).toEqual([['aa', 'b'], ['ccccc'], ['d', 'e'], ['f']]);
  expect([...batches([])]).toEqual([]);
});
