import { expect, it } from 'vitest';
import { functions } from '#cdk/config/functions.ts';
import { intervalsOf } from '#domain/configuration/intervals.ts';
import { readConfiguration } from '#domain/configuration/read.ts';
import { allowedMinutes, jobs } from './overdue.ts';

it('knows how often each job runs', () => {
  const options = {
    'schedules.process_kafka_to_postgres': '*/20 * * * *',
    'schedules.orders_minio_to_postgres': '@daily',
  };
  const intervals = intervalsOf(readConfiguration('prod', { options }).values);
  const found = jobs(intervals).map(({ name, everyMinutes }) => [name, everyMinutes]);
  expect(Object.fromEntries(found)).toEqual({
    orders_minio_to_postgres: 1_440,
    process_kafka_to_postgres: 20,
    aggregate_user_events: 1_440,
    curate_orders: 1_440,
    'relay-outbox': functions['relay-outbox'].everyMinutes,
  });
});

it.each([
  [1, 11],
  [5, 15],
  [60, 90],
  [1_440, 1_560],
])('a job that runs every %d minutes may leave something waiting for %d', (every, allowed) => {
  expect(allowedMinutes(every)).toBe(allowed);
});
