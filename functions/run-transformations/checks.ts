/** The checks of data quality: each counts what is wrong. */

export interface Check {
  readonly name: string;
  /** Follows SOURCES; selects the count as `wrong`. */
  readonly sql: string;
  readonly detail: (wrong: number, hours: number) => string;
}

/**
 * Import CTEs of all checks: of the hours that were transformed in the last $1 hours, so that the cost does not grow with
 * the table. The proof looks at all history.
 */
export const SOURCES = `
  with checked as (
    select event_hour from payments.transformed_hours where transformed_at > now() - $1::int * interval '1 hour'
  ),
  clean as not materialized (
    select * from payments.transactions_clean where event_hour = any(array(select event_hour from checked))
  ),
  arrived as (
    select * from clean where processing_time > now() - $1::int * interval '1 hour'
  ),
  changed as (
    select event_hour from payments.changed_hours
  ),
  metrics as (
    select * from payments.hourly_metrics where event_hour = any(array(select event_hour from checked))
  ),
  raw_hours as (
    select event_hour, transactions, amount
    from checked
    cross join lateral (
      select count(*) as transactions, sum(amount) as amount
      from payments.transactions
      where event_time >= checked.event_hour and event_time < checked.event_hour + interval '1 hour'
    ) as of_hour
    where transactions > 0
  ),
  clean_hours as (
    select event_hour, count(*) as transactions, sum(amount) as amount, count(*) filter (where is_late) as late
    from clean
    group by event_hour
  )`;

export const checks: readonly Check[] = [
  {
    name: 'raw_equals_clean',
    sql: `
      select count(*) as wrong
      from raw_hours
      full join clean_hours using (event_hour)
      where (raw_hours.transactions, raw_hours.amount)
        is distinct from (clean_hours.transactions, clean_hours.amount)
        and event_hour not in (select event_hour from changed)`,
    detail: (wrong) =>
      `${wrong} hours, not counting those that changed since they were transformed, differ in count or amount between ` +
      'transactions and transactions_clean; rebuild all with {"action": "transform", "full": true}',
  },
  {
    name: 'clean_equals_view',
    sql: `
      select count(*) as wrong
      from clean_hours
      full join metrics using (event_hour)
      where (clean_hours.transactions, clean_hours.amount, clean_hours.late)
        is distinct from (metrics.total_transactions, metrics.total_amount, metrics.late_transactions)`,
    detail: (wrong) => `${wrong} hours differ between transactions_clean and hourly_metrics`,
  },
  {
    name: 'lateness_is_right',
    sql: `
      select count(*) as wrong
      from clean
      where latency_seconds <> extract(epoch from processing_time - event_time)
        or is_late <> (latency_seconds > 120)
        or is_ahead <> (latency_seconds < 0)`,
    detail: (wrong) => `${wrong} rows have a latency, is_late or is_ahead that does not follow from their times`,
  },
  {
    // Read from the catalogue: sorting every id each hour would only show what the index enforces.
    name: 'unique_and_not_null',
    sql: `
      select
        (select count(*) from pg_attribute where attrelid = 'payments.transactions_clean'::regclass
           and attnum > 0 and not attisdropped and not attnotnull)
        + (select count(*) from (values ('payments.transactions'), ('payments.transactions_clean')) as tables (name)
           where not exists (
             select from pg_index where indrelid = name::regclass and indisprimary and indisvalid
           )) as wrong`,
    detail: (wrong) => `${wrong} columns may be null or tables are without a valid primary key`,
  },
  {
    name: 'no_future_dates',
    sql: `select count(*) as wrong from arrived where latency_seconds < -86400`,
    detail: (wrong, hours) =>
      `${wrong} of the transactions that arrived in the last ${hours} hours say that they are from more than a day ahead`,
  },
  {
    name: 'known_statuses',
    sql: `
      select count(*) as wrong
      from arrived
      where status not in ('pending', 'authorized', 'completed', 'failed', 'declined', 'cancelled', 'refunded')`,
    detail: (wrong, hours) =>
      `${wrong} of the transactions that arrived in the last ${hours} hours have a status that is not known here`,
  },
];
