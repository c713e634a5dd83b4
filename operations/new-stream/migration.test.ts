import { expect, it } from 'vitest';
import * as z from 'zod';
import { money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import { type Stream, upTo } from '#domain/stream.ts';
import { streams } from '#domain/streams.ts';
import { migrationOf } from './migration.ts';

const refunds: Stream = {
  ...{ topic: 'late_refunds', key: 'user_id', ids: ['refund_id'], partitions: 4, consumer: 'store-late-refunds' },
  event: z.object({
    refund_id: uuid('The refund.'),
    order: text(20, "The shop's order."),
    amount: money('The amount.'),
    pieces: quantity('How many.').nullish(),
    made_at: timestamp('When.'),
  }),
  table: { name: 'streams.late_refunds', repeats: 'keep_first' },
  batching: upTo(10),
};
const migrations = ['038_load_on_arrival.sql', '039_loads_of_a_run.sql'];

it('makes the table that the fields say, under the next free number', () => {
  expect(migrationOf(refunds, { migrations })).toEqual({
    path: 'sql/migrations/040_stream_late_refunds.sql',
    text: `-- Topic late_refunds (domain/streams/late-refunds.ts): a row for each record, once.
create table streams.late_refunds (
  refund_id  uuid            primary key,
  "order"    varchar(20)     not null,
  amount     numeric(10, 2)  not null,
  pieces     integer,
  made_at    timestamptz     not null
);

comment on table streams.late_refunds is 'Records of topic late_refunds, each once.';
comment on column streams.late_refunds.refund_id is 'The refund.';
comment on column streams.late_refunds."order" is 'The shop''s order.';
comment on column streams.late_refunds.amount is 'The amount.';
comment on column streams.late_refunds.pieces is 'How many.';
comment on column streams.late_refunds.made_at is 'When.';

call streams.deliver_into('streams.late_refunds', 'store_late_refunds');
`,
  });
});

it('takes the place of the one that the stream has', () => {
  const others = [...migrations, '040_stream_late_refunds.sql', '041_stream_refunds.sql'];
  expect(migrationOf(refunds, { migrations: others }).path).toBe('sql/migrations/040_stream_late_refunds.sql');
});

it('makes a role alone for a stream that goes to the lake', () => {
  const { table: _, ...rest } = refunds;
  const archived = {
    ...rest,
    consumer: 'archive-late-refunds',
    lake: { prefix: 'raw/late_refunds', format: 'parquet' },
  } as const;
  expect(migrationOf(archived, { migrations }).text).toMatch(
    /^--.*\ncall streams.archive_as\('archive_late_refunds'\);\n$/,
  );
});

it('leaves a stream with code of its own alone', () => {
  expect(() => migrationOf(streams.orders, { migrations })).toThrow('orders has code and tables of its own');
});

it('refuses a field that each table has, and a stream with two sinks or none', () => {
  const event = refunds.event.extend({ kafka_offset: quantity('') });
  expect(() => migrationOf({ ...refunds, event }, { migrations })).toThrow(
    'Expected no field kafka_offset in late_refunds',
  );
  const inLake: Stream = {
    ...refunds,
    event: refunds.event.extend({ raw: quantity('') }),
    lake: { prefix: 'raw/x', format: 'parquet' },
  };
  expect(() => migrationOf(inLake, { migrations })).toThrow('Expected no field raw in late_refunds');
  const both: Stream = { ...refunds, lake: { prefix: 'raw/late_refunds', format: 'parquet' } };
  expect(() => migrationOf(both, { migrations })).toThrow('either `table` or `lake`, got both');
  const { table: _, ...neither } = refunds;
  expect(() => migrationOf(neither, { migrations })).toThrow('either `table` or `lake`, got neither');
});
