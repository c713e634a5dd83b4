import { expect, it } from 'vitest';
import type * as z from 'zod';
import { text } from '#domain/columns.ts';
import { requiredFrom } from '#domain/required-from.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { refunds } from '../../tests/support/refunds.ts';
import { fieldMigration } from './field-migration.ts';

const project = { migrations: ['041_products_and_customers.sql', '042_counted_columns.sql'] };
const withField = (stream: Stream, field: z.ZodType, name = 'channel'): Stream => ({
  ...stream,
  event: stream.event.extend({ [name]: field }),
});
const channel = text(20, 'Where it was sold.').nullish();
const migration = (stream: Stream, name = 'channel') => fieldMigration(withField(stream, channel, name), name, project);

it('adds the column that the field says, and has the fingerprint count it', () => {
  expect(migration(streams.transactions)).toEqual({
    path: 'sql/migrations/043_transactions_channel.sql',
    text: `-- Field channel of topic transactions (domain/streams/transactions.ts). Rows from before have none.
alter table payments.transactions add column channel varchar(20);
comment on column payments.transactions.channel is 'Where it was sold.';
alter table payments.transactions_clean add column channel varchar(20);
comment on column payments.transactions_clean.channel is 'Where it was sold.';
call ledger.count_column('payments.transactions', 'channel');
`,
  });
  expect(migration(refunds, 'order')?.text).toMatch(
    /add column "order" varchar\(20\);\ncomment on column streams\.refunds\."order" is 'Where it was sold\.';\ncall streams\.make_fingerprint\('streams\.refunds'\);\n$/,
  );
  expect(migration(streams.orders)?.text).toContain('create or replace function warehouse.newest_orders');
  expect(migration(streams.customers)?.text).toContain("call ledger.count_column('shop.customers', 'channel');");
});

it('takes a field that is required from a time on, whose column may be null', () => {
  const later = withField(streams.orders, requiredFrom('2027-01-01T00:00:00Z', text(20, '')));
  expect(fieldMigration(later, 'channel', project)?.text).toContain('fact_orders add column channel varchar(20);');
});

it('needs none where records are kept as they come', () => {
  expect(migration(streams.userEvents)).toBeUndefined();
  expect(migration(streams.storeSales)).toBeUndefined();
});

it('refuses a field that is not described, and one that older records would have to have', () => {
  expect(() => fieldMigration(streams.orders, 'channel', project)).toThrow('Expected a field of orders (order_id, ');
  expect(() => fieldMigration(withField(streams.orders, text(20, '')), 'channel', project)).toThrow(
    'In domain/streams/orders.ts, put .nullish() behind it',
  );
});
