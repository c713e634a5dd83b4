/** Some files list a stream's fields by hand. This test names the file that a new field is missing from. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { columnsOf } from '#domain/columns.ts';
import { type Stream, streams } from '#domain/streams.ts';

interface Place {
  readonly stream: Stream;
  readonly file: string;
  /** Fields that have another name there. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Fields that it needn't have. */
  readonly without?: readonly string[];
}

const { orders, transactions } = streams;
/** Fields of orders that analysts don't ask for, so that neither Spark nor curated has them. spark/orders.py reads them all the same: a wrong one makes a record unusable. */
const notCurated: readonly string[] = [];
const curated = { stream: orders, renamed: { user_id: 'customer_id' }, without: notCurated };

const places: readonly Place[] = [
  { stream: orders, file: 'spark/orders.py' },
  { ...curated, file: 'spark/orders.py' },
  { ...curated, file: 'spark/stream_orders.py' },
  { ...curated, file: 'spark/jobs/stream_orders/orders.sql' },
  { ...curated, file: 'spark/jobs/curate_orders/orders.sql' },
  { ...curated, file: 'spark/jobs/shared/fact_orders.sql' },
  { ...curated, file: 'spark/jobs/shared/merge_orders.sql' },
  { ...curated, file: 'sql/proof/curated_values.sql' },
  { stream: transactions, file: 'sql/transforms/transactions_clean.sql' },
  { stream: transactions, file: 'sql/proof/transactions_rows.sql' },
];

/** What spark/orders.py reads in its own code, beside the names of the fields. */
test('spark/orders.py reads orders as they are described', () => {
  const { event, envelope } = orders as Stream;
  const declared = columnsOf(event).filter(({ options, requiredFrom }) => options ?? requiredFrom);
  expect(
    { envelope, declared: declared.map(({ name }) => name) },
    'spark/orders.py has to read these as the description says (tests/integration/read-order.test.ts compares it); name them here then',
  ).toEqual({ envelope: undefined, declared: [] });
});

const fields = places.flatMap(({ stream, file, renamed = {}, without = [] }) =>
  columnsOf(stream.event).flatMap(({ name }) =>
    without.includes(name) ? [] : { topic: stream.topic, file, field: renamed[name] ?? name },
  ),
);

test.each(fields)('$file has $field of $topic', ({ file, field }) => {
  const text = readFileSync(inRepository(file), 'utf8').replaceAll(/^\s*(--|#).*$/gm, '');
  expect(text.match(new RegExp(`\\b${field}\\b`)), `${field} is missing in ${file}`).not.toBeNull();
});
