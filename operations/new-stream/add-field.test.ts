import { expect, it } from 'vitest';
import { text } from '#domain/columns.ts';
import { requiredFrom } from '#domain/required-from.ts';
import { streams } from '#domain/streams.ts';
import { addField, refusePast } from './add-field.ts';

it.each([
  ['orders', 'quantity', 'warehouse.fact_orders has a column quantity already, by sql/migrations/002_warehouse.sql'],
  ['orders', 'channel', 'Expected a field of orders'],
  ['refunds', 'channel', 'Expected a stream (orders, '],
])('refuses %s %s', (topic, field, message) => {
  expect(() => addField(topic, field, { dryRun: true })).toThrow(message);
});

it('refuses a field that is required from a time on that has passed', () => {
  const since = '2027-01-01T00:00:00Z';
  const event = streams.orders.event.extend({ channel: requiredFrom(since, text(20, 'Where it was sold.')) });
  const refuse = (now: string) => refusePast({ topic: 'orders', event }, 'channel', Date.parse(now));
  expect(() => refuse('2026-12-31T23:59:59Z')).not.toThrow();
  expect(() => refuse(since)).toThrow('got orders.channel, which is required from 2027-01-01T00:00:00Z on');
});
