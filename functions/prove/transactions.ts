/** The books of the transactions pipeline: Kafka, ledger, raw table, clean table, view and index. */

import type { Transaction } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { readLedger } from './ledger-books.ts';
import { ledgerChecks, ledgerTotals, sum } from './ledger-checks.ts';
import { type Check, check, locate, type StreamTotals } from './proof.ts';
import type { Sources } from './prove.ts';
import type { ProofOptions } from './request.ts';
import type { Range } from './tiling.ts';

export async function proveTransactions(
  { offsets, hourlyMetrics }: Sources,
  transaction: Transaction,
  { depth, settled }: ProofOptions,
): Promise<{ checks: Check[]; totals: StreamTotals }> {
  const stream: Stream = streams.transactions;
  const { topic } = stream;
  const books = await readLedger(transaction, stream);
  const kafka = await offsets(topic);
  const totals = ledgerTotals(books, kafka);
  const checks = [
    ...ledgerChecks(topic, books, kafka),
    await rawCheck(transaction, stream),
    await moneyCheck(transaction),
    ...(depth === 'rows' ? [await rowsCheck(transaction)] : []),
    await viewCheck(transaction),
  ];
  if (settled)
    checks.push(check(`${topic}: nothing waits in Kafka`, 0, totals.lag), await changedHoursCheck(transaction));
  // Between two runs of the DAG the index is behind, and rightly so.
  if (settled && depth !== 'books') checks.push(await indexCheck(transaction, hourlyMetrics));
  return { checks, totals };
}

/** Every accepted record is a row of the raw table, and nothing else is. */
async function rawCheck(transaction: Transaction, { consumer, topic }: Stream): Promise<Check> {
  const { rows } = await transaction.query<Range & { accepted: number; stored: number }>(
    `with stored as (
       select delivery_id, count(*) as stored
       from ledger.deliveries
       join payments.transactions
         on transactions.partition = deliveries.partition
         and kafka_offset between first_offset and last_offset
       where consumer = $1 and topic = $2 and state = 'committed'
       group by delivery_id
     )
     select topic, partition, first_offset as "firstOffset", last_offset as "lastOffset", accepted,
       coalesce(stored, 0) as stored
     from ledger.deliveries
     left join stored using (delivery_id)
     where consumer = $1 and topic = $2 and state = 'committed'`,
    [consumer, topic],
  );
  const total = await transaction.query<{ rows: number }>('select count(*) as rows from payments.transactions');
  const off = rows.filter(({ accepted, stored }) => accepted !== stored);
  return check(
    `${topic}: every accepted record stands in payments.transactions`,
    sum(rows, ({ accepted }) => accepted),
    total.rows[0]?.rows ?? 0,
    off.map((row) => `${locate(row)}: ${row.accepted} accepted, ${row.stored} stored`),
  );
}

interface Difference {
  readonly partition: number | null;
  readonly kafka_offset: number | null;
  readonly transaction_id: string;
}

/** The sum of clean = the sum of raw, to the cent, but for hours that wait to be transformed. */
async function moneyCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<Record<'raw' | 'clean', string>>(`
    with raw as (
      select sum(amount) as raw
      from payments.transactions
      where date_trunc('hour', event_time, 'UTC') not in (select event_hour from payments.changed_hours)
    ),
    clean as (
      select sum(amount) as clean
      from payments.transactions_clean
      where event_hour not in (select event_hour from payments.changed_hours)
    )
    select coalesce(raw, 0)::numeric(30, 2)::text as raw, coalesce(clean, 0)::numeric(30, 2)::text as clean
    from raw, clean`);
  const { raw = '', clean = '' } = rows[0] ?? {};
  return check('transactions: money of the clean table = raw, to the cent', raw, clean);
}

/** Every raw row stands in the clean table with what follows from it, but for hours that wait to be transformed. */
async function rowsCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<Difference>(`
    select raw.partition, raw.kafka_offset, coalesce(raw.transaction_id, clean.transaction_id) as transaction_id
    from payments.transactions as raw
    full join payments.transactions_clean as clean using (transaction_id)
    where (raw.user_id, raw.amount, raw.currency, raw.status, raw.event_time, raw.processing_time,
        date_trunc('hour', raw.event_time, 'UTC'), (raw.event_time at time zone 'UTC')::date,
        extract(epoch from raw.processing_time - raw.event_time) > 120)
      is distinct from (clean.user_id, clean.amount, clean.currency, clean.status, clean.event_time,
        clean.processing_time, clean.event_hour, clean.event_date, clean.is_late)
      and date_trunc('hour', coalesce(raw.event_time, clean.event_time), 'UTC')
        not in (select event_hour from payments.changed_hours)
    order by raw.partition, raw.kafka_offset
    limit 1000`);
  return check(
    'transactions: every raw row stands in the clean table with what follows from it, and nothing else does',
    0,
    rows.length,
    rows.map(({ partition, kafka_offset, transaction_id }) =>
      partition === null || kafka_offset === null
        ? `transaction ${transaction_id} is clean, not raw`
        : `transactions partition ${partition} offset ${kafka_offset}: ${transaction_id} differs or is missing`,
    ),
  );
}

/** The view, summed up, is the clean table. */
async function viewCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<Record<'clean' | 'view', string>>(`
    with clean as (
      select format('%s, %s late, %s', count(*), count(*) filter (where is_late), coalesce(sum(amount), 0)::numeric(30, 2))
        as clean
      from payments.transactions_clean
    ),
    metrics as (
      select format('%s, %s late, %s', coalesce(sum(total_transactions), 0), coalesce(sum(late_transactions), 0),
        coalesce(sum(total_amount), 0)::numeric(30, 2)) as view
      from payments.hourly_metrics
    )
    select clean, view from clean, metrics`);
  return check(
    'transactions: the view hourly_metrics adds up to the clean table',
    rows[0]?.clean ?? '',
    rows[0]?.view ?? '',
  );
}

async function changedHoursCheck(transaction: Transaction): Promise<Check> {
  const { rows } = await transaction.query<{ hour: string }>(
    `select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as hour from payments.changed_hours order by 1`,
  );
  return check(
    'transactions: no hour waits to be transformed',
    0,
    rows.length,
    rows.map(({ hour }) => hour),
  );
}

/** The index is the view, hour by hour. */
async function indexCheck(transaction: Transaction, hourlyMetrics: Sources['hourlyMetrics']): Promise<Check> {
  const name = 'transactions: the index hourly_metrics = the view, hour by hour';
  const { rows } = await transaction.query<HourlyMetrics>(`
    select to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as event_hour,
      total_transactions, total_amount::float8 as total_amount, late_transactions, late_ratio::float8 as late_ratio
    from payments.hourly_metrics
    order by 1`);
  let documents: readonly HourlyMetrics[];
  try {
    documents = await hourlyMetrics();
  } catch (error) {
    return check(name, rows.length, 'unknown', [`Elasticsearch can't be read: ${(error as Error).message}`]);
  }
  return check(name, rows.length, documents.length, differences(rows, documents));
}

export function differences(view: readonly HourlyMetrics[], index: readonly HourlyMetrics[]): string[] {
  const documents = new Map(index.map((document) => [document.event_hour, document]));
  const off = view.flatMap((row) => {
    const document = documents.get(row.event_hour);
    documents.delete(row.event_hour);
    if (!document) return [`${row.event_hour}: not in the index`];
    const same =
      document.total_transactions === row.total_transactions &&
      document.total_amount === row.total_amount &&
      document.late_transactions === row.late_transactions &&
      // The mapping keeps it as a 32-bit float.
      Math.abs(document.late_ratio - row.late_ratio) < 1e-6;
    return same
      ? []
      : [`${row.event_hour}: ${JSON.stringify(row)} in the view, ${JSON.stringify(document)} in the index`];
  });
  return [...off, ...[...documents.keys()].map((hour) => `${hour}: in the index, not in the view`)];
}
