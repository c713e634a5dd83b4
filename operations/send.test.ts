import { expect, it } from 'vitest';
import { streams } from '#domain/streams.ts';
import { batches, keyed, keyOf } from './send.ts';

it('keys a record by its stream’s field, if it has that as text', () => {
  expect(keyOf('{"user_id": "ada", "amount": 1}', 'user_id')).toBe('ada');
  for (const line of ['{"user_id": 1}', '{}', 'null', '"ada"', '["user_id"]', '{"user_id": "ada"', 'no JSON'])
    expect(keyOf(line, 'user_id'), line).toBeNull();
});

it('keys a record of a compacted topic by the id as it is kept, and sends none without', () => {
  const id = '0D9F3C52-8F0A-4F4E-8F57-6F2A6A1F7A10';
  const line = JSON.stringify({ customer_id: id });
  expect(keyed(streams.customers, [line])).toEqual([{ key: id.toLowerCase(), value: line }]);
  expect(() => keyed(streams.customers, [line, 'no JSON'])).toThrow(
    'Expected a customer_id in each record, which keys the compacted topic customers, found none as text in record 2. Nothing was sent.',
  );
  expect(() => keyed(streams.customers, ['{"customer_id": "ada"}'])).toThrow('expected a UUID, got "ada" in record 1');
  expect(keyed(streams.orders, ['no JSON'])).toEqual([{ key: null, value: 'no JSON' }]);
  const change = `{"op": "c", "after": ${line}}`;
  expect(keyed({ ...streams.customers, envelope: 'debezium' }, [change])).toEqual([
    { key: id.toLowerCase(), value: change },
  ]);
  expect(() => keyed({ ...streams.customers, envelope: 'debezium' }, [line])).toThrow('found none as text in record 1');
});

it('cuts the records into batches, in their order, none larger than a broker takes unless one record is', () => {
  const records = ['aa', 'b', 'ccccc', 'd', 'e', 'f'].map((value) => ({ key: null, value }));
  const cut = [...batches(records, { records: 2, bytes: 4 })].map((batch) => batch.map(({ value }) => value));
  expect(cut).toEqual([['aa', 'b'], ['ccccc'], ['d', 'e'], ['f']]);
  expect([...batches([])]).toEqual([]);
});
