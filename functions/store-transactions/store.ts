/** Stores payments, each transaction_id once, and marks the hours that they change in the same transaction. */
import { keepFirst } from '#delivery/keep-first.ts';
import { streams } from '#domain/streams.ts';

/** In their order, so that two batches cannot deadlock. */
const MARK_HOURS = `
  hours as (
    select distinct date_trunc('hour', event_time, 'UTC') as event_hour from stored
  ),
  marked as (
    insert into payments.changed_hours (event_hour)
    select event_hour from hours order by event_hour
    on conflict (event_hour) do update set changed_at = excluded.changed_at
  )`;

export const storePayments = keepFirst(streams.transactions, {
  name: 'payments.transactions',
  storedAt: 'processing_time',
  beside: { returning: 'event_time', expressions: MARK_HOURS },
});
