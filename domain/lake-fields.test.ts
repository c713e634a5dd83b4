import { expect, it } from 'vitest';
import * as z from 'zod';
import { text } from './columns.ts';
import { lakeColumns, refuseFieldsInLakeTwice } from './lake-fields.ts';

const lake = { prefix: 'raw/returns', format: 'parquet' } as const;
const eventWith = (name: string) => z.object({ return_id: text(40, 'The return.'), [name]: text(40, 'Something.') });

it.each(lakeColumns)('a stream of the lake has no field %s, which each object has already', (name) => {
  expect(() => refuseFieldsInLakeTwice([{ topic: 'returns', event: eventWith(name), lake }])).toThrow(
    `Expected no field ${name} in returns: each object of the lake has such a column of its own.`,
  );
});

it('other fields, and such fields of a table, are its own', () => {
  const table = { topic: 'refunds', event: eventWith('extra') };
  expect(() => refuseFieldsInLakeTwice([table, { topic: 'returns', event: eventWith('note'), lake }])).not.toThrow();
});
