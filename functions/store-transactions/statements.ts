/** The SQL of store-transactions. Every statement takes the whole batch. */
import { conflictingFields } from '#adapters/postgres/differs.ts';
import { paymentEvent } from '#domain/streams/transactions.ts';

/** Kept by the connection and emptied at each commit: a new table for each batch would bloat PostgreSQL's catalogue. */
export const INCOMING = `
  create temporary table if not exists incoming (
    transaction_id  uuid           not null,
    user_id         uuid           not null,
    amount          numeric(10, 2) not null,
    currency        varchar(10)    not null,
    status          varchar(20)    not null,
    event_time      timestamptz    not null,
    partition       integer        not null,
    kafka_offset    bigint         not null
  ) on commit delete rows`;

/**
 * Inserts in the order of transaction_id, then marks the hours in their order, so that two batches cannot deadlock. Of
 * repeats within the batch, the first is stored. $1 is the delivery.
 */
export const STORE_NEW = `
  with stored as (
    insert into payments.transactions (
      transaction_id, user_id, amount, currency, status, event_time, processing_time, partition, kafka_offset, delivery_id
    )
    select
      transaction_id, user_id, amount, currency, status, event_time, statement_timestamp(), partition, kafka_offset, $1
    from pg_temp.incoming
    order by transaction_id, kafka_offset
    on conflict (transaction_id) do nothing
    returning event_time, payments.fingerprint(transactions) as fingerprint
  ),
  hours as (
    select distinct date_trunc('hour', event_time, 'UTC') as event_hour from stored
  ),
  marked as (
    insert into payments.changed_hours (event_hour)
    select event_hour from hours order by event_hour
    on conflict (event_hour) do update set changed_at = excluded.changed_at
  )
  select count(*) as stored, coalesce(sum(fingerprint), 0)::text as fingerprint from stored`;

/**
 * The records of the batch that STORE_NEW did not store. \`limit 1\` makes the planner look each one up by its key, where
 * without statistics of the temporary table it might rather read all of payments.transactions.
 */
export const SETTLE_REPEATS = `
  select
    incoming.kafka_offset,
    ${conflictingFields(paymentEvent, 'transaction_id', 'incoming', 'first')} as conflicting_fields,
    first.partition as first_partition,
    first.kafka_offset as first_offset
  from pg_temp.incoming
  cross join lateral (
    select * from payments.transactions where transaction_id = incoming.transaction_id limit 1
  ) as first
  where (first.partition, first.kafka_offset) <> (incoming.partition, incoming.kafka_offset)
  order by incoming.kafka_offset`;
