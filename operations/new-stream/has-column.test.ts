import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventColumns } from '#adapters/postgres/described-table.ts';
import { inRepository } from '#adapters/repository.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { hasColumn } from './has-column.ts';

const folder = inRepository('sql/migrations');
const migrations = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
const has = (table: string, field: string) => migrations.some((sql) => hasColumn(sql, table, field));

const { orders, transactions, products, customers } = streams;

it.each([
  ['warehouse.fact_orders', orders],
  ['payments.transactions', transactions],
  ['payments.transactions_clean', transactions],
  ['shop.products', products],
  ['shop.customers', customers],
] satisfies [string, Stream][])(
  'the migrations give %s the columns that it has, and no other',
  (table, stream: Stream) => {
    const columns = eventColumns(stream).filter(({ name }) => !stream.latest?.leftOut.includes(name));
    for (const { name } of columns) expect(has(table, name), `${table}.${name}`).toBe(true);
    for (const name of ['channel', 'order', 'primary', 'key']) expect(has(table, name), `${table}.${name}`).toBe(false);
  },
);

it.each([
  ['create table streams.refunds (\n  "order"  varchar(20),\n  amount  numeric(10, 2)\n);', 'order', true],
  [
    'create table streams.refunds (\n  id  uuid\n);\nalter table streams.other add column channel text;',
    'channel',
    false,
  ],
  ['create table streams.refunds_of_old (\n  channel  text\n);', 'channel', false],
  ['alter table streams.refunds add column channel varchar(20);', 'channel', true],
  ['alter table streams.refunds\n  add column partition integer,\n  add column channel varchar(20);', 'channel', true],
  ['alter table streams.refunds add column channel_id varchar(20);', 'channel', false],
  ['comment on column streams.refunds.channel is\n  channel ;', 'channel', false],
])('%s (%s: %s)', (sql, field, found) => {
  expect(hasColumn(sql, 'streams.refunds', field)).toBe(found);
});
