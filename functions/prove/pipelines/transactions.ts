/** What the transactions pipeline proves: raw table, clean table, view and index follow from one another. */
import { isDeepStrictEqual } from 'node:util';
import type { Pool, Transaction } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { formatCents } from '#domain/money.ts';
import type { CommittedDelivery } from '../ledger-totals.ts';
import { WAITING } from '../passing.ts';
import { type Check, check, faultsIn, locate, noFaults } from '../proof.ts';
import { query } from '../queries.ts';
import { type ProofOptions, reaches } from '../request.ts';
import { partsOf, queryParts, type Scope } from '../scope.ts';
import type { Sources } from '../sources.ts';
import type { ProvenStream } from '../stream.ts';
import { exactCents, sum } from '../sum.ts';
import { unchangedCheck, type Written } from './unchanged.ts';

export async function proveTransactions(
  { stream, ledger }: ProvenStream,
  sources: Sources,
  transaction: Transaction,
  { depth, settled }: ProofOptions,
  scope: Scope,
): Promise<{ checks: readonly Check[]; openHours?: readonly string[] }> {
  const hours = await hoursToRead(transaction, ledger.deliveries, scope);
  const checks = [...(await rawChecks(transaction, stream, scope)), await moneyCheck(transaction, hours)];
  if (reaches(depth, 'rows')) checks.push(await rowsCheck(transaction));
  checks.push(await viewCheck(transaction, hours));
  if (settled) checks.push(await changedHoursCheck(transaction));
  if (!reaches(depth, 'objects')) return { checks };
  if (settled) return { checks: [...checks, await indexCheck(transaction, sources, hours)] };
  const indexed = await indexedHours(transaction, sources, hours);
  return { ...indexed, checks: [...checks, ...indexed.checks] };
}

/** Beyond that many hours, it is cheaper to read all. */
const MOST_HOURS = 1_000;

/**
 * The hours of payments that may have changed since what is closed: those that waited then, those of the payments since, and those that
 * were transformed since. Null if all are to be read.
 */
async function hoursToRead(
  transaction: Transaction,
  deliveries: readonly CommittedDelivery[],
  { all, closing: { openHours, transformedAsOf } }: Scope,
): Promise<readonly string[] | null> {
  if (all) return null;
  const ids = deliveries.map(({ deliveryId }) => deliveryId);
  const found = await query<{ hour: string }>(transaction, 'transactions_new_hours', [
    ids,
    transformedAsOf ?? '-infinity',
  ]);
  const hours = [...new Set([...openHours, ...found.map(({ hour }) => hour)])].sort();
  return hours.length > MOST_HOURS ? null : hours;
}

interface StoredDelivery extends Written {
  readonly accepted: number;
  readonly stored: number;
}

/** Every accepted record is a row of the raw table, as it was written, and nothing else is. */
async function rawChecks(
  transaction: Transaction,
  { consumer, topic }: ProvenStream['stream'],
  scope: Scope,
): Promise<Check[]> {
  const parts = partsOf(scope, { consumer, topic });
  const deliveries = await queryParts<StoredDelivery>(transaction, 'transactions_raw', [consumer, topic], parts);
  const [raw] = scope.all
    ? await query<{ rows: number }>(transaction, 'transactions_raw_total')
    : [{ rows: sum(deliveries, ({ stored }) => stored) }];
  const off = deliveries.filter(({ accepted, stored }) => accepted !== stored);
  return [
    check(
      `${topic}: every accepted record stands in payments.transactions`,
      sum(deliveries, ({ accepted }) => accepted),
      raw?.rows ?? 0,
      off.map((delivery) => `${locate(delivery)}: ${delivery.accepted} accepted, ${delivery.stored} stored`),
    ),
    unchangedCheck(`${topic}: the rows of payments.transactions are as they were written`, deliveries),
  ];
}

/** The sum of the clean table = the sum of the raw table, to the cent, except for hours that wait to be transformed. */
async function moneyCheck(transaction: Transaction, hours: readonly string[] | null): Promise<Check> {
  const totals = { raw: 0n, clean: 0n };
  const off: string[] = [];
  for (const hour of hours ?? [null]) {
    const [found] = await query<Record<'raw' | 'clean', string>>(transaction, 'transactions_money', [hour]);
    const { raw = '0.00', clean = '0.00' } = found ?? {};
    totals.raw += exactCents(raw);
    totals.clean += exactCents(clean);
    if (hour !== null && raw !== clean) off.push(`${hour}: ${raw} raw, ${clean} clean`);
  }
  const name = 'transactions: money of the clean table = raw, to the cent';
  return check(name, formatCents(totals.raw), formatCents(totals.clean), off);
}

interface RowFault {
  readonly partition: number | null;
  readonly kafka_offset: number | null;
  readonly transaction_id: string;
  readonly total: number;
}

/** The clean table has every raw row with what follows from it, except for hours that wait to be transformed. */
async function rowsCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<RowFault>(transaction, 'transactions_rows');
  const describe = ({ partition, kafka_offset, transaction_id }: RowFault) =>
    partition === null || kafka_offset === null
      ? `transaction ${transaction_id} is clean, not raw`
      : `transactions partition ${partition} offset ${kafka_offset}: ${transaction_id} differs or is missing`;
  return noFaults(
    'transactions: every raw row stands in the clean table with what follows from it, and nothing else does',
    faultsIn(rows, describe),
  );
}

/** The view, summed up, is the clean table. */
async function viewCheck(transaction: Transaction, hours: readonly string[] | null): Promise<Check> {
  const [found] = await query<Record<'clean' | 'view', string>>(transaction, 'transactions_view', [hours]);
  const { clean = '', view = '' } = found ?? {};
  return check('transactions: the view hourly_metrics adds up to the clean table', clean, view);
}

async function changedHoursCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<{ hour: string }>(transaction, 'transactions_changed_hours');
  const hours = rows.map(({ hour }) => hour);
  return check(`transactions: ${WAITING.hours}`, 0, hours.length, hours);
}

/** The check's name, or the beginning of it. */
export const INDEX = 'transactions: the index hourly_metrics = the view, hour by hour';

async function indexCheck(transaction: Transaction, sources: Sources, hours: readonly string[] | null): Promise<Check> {
  const rows = await query<HourlyMetrics>(transaction, 'transactions_metrics', [hours]);
  try {
    const documents = ofHours(await sources.hourlyMetrics(), hours);
    return check(INDEX, rows.length, documents.length, [...differences(rows, documents).values()]);
  } catch (error) {
    return check(INDEX, rows.length, 'unknown', [`Elasticsearch can't be read: ${(error as Error).message}`]);
  }
}

/**
 * Unsettled: the hours that wait for no run of the DAG. No check of an index that can't be read, or that is new and has yet to be
 * filled from the view: the next run of the DAG fails, or fills it. Then all of these hours stay open.
 */
async function indexedHours(
  transaction: Transaction,
  sources: Sources,
  hours: readonly string[] | null,
): Promise<{ checks: Check[]; openHours?: readonly string[] }> {
  const rows = await query<HourlyMetrics>(transaction, 'transactions_metrics', [hours]);
  const before = await transformedHours(transaction);
  const compared = await comparedDocuments(transaction, sources);
  if (!compared) return { checks: [], openHours: hours ?? rows.map(({ event_hour }) => event_hour) };
  const documents = ofHours(compared, hours);
  const off = differences(rows, documents);
  if (off.size > 0) for (const hour of await changedSince(before, sources)) off.delete(hour);
  for (const { hour, isIndexed } of before.values()) if (!isIndexed) off.delete(hour);
  return { checks: [check(`${INDEX}, where it is up to date`, 0, off.size, [...off.values()])] };
}

/** Undefined unless they are those of the index that the notes of what is indexed are about. */
async function comparedDocuments(transaction: Transaction, { hourlyMetrics, indexUuid }: Sources) {
  const [compared] = await query<{ uuid: string }>(transaction, 'transactions_compared_index');
  if (!compared) return undefined;
  try {
    const documents = await hourlyMetrics();
    // Asked after its documents: an index that has replaced it meanwhile has another.
    return (await indexUuid?.()) === compared.uuid ? documents : undefined;
  } catch {
    return undefined;
  }
}

function ofHours(documents: readonly HourlyMetrics[], hours: readonly string[] | null): readonly HourlyMetrics[] {
  const wanted = hours && new Set(hours);
  return wanted ? documents.filter((document) => wanted.has(document.event_hour)) : documents;
}

interface TransformedHour {
  readonly hour: string;
  readonly transformedAt: string;
  readonly isIndexed: boolean;
}

async function transformedHours(transaction: Transaction | Pool): Promise<ReadonlyMap<string, TransformedHour>> {
  const hours = await query<TransformedHour>(transaction, 'transactions_indexed_hours');
  return new Map(hours.map((hour) => [hour.hour, hour]));
}

/** Hours that were transformed after the snapshot was taken: the index may have them as they are now. */
async function changedSince(before: ReadonlyMap<string, TransformedHour>, { pool }: Sources): Promise<string[]> {
  const now = await transformedHours(pool);
  return [...now.values()]
    .filter(({ hour, transformedAt }) => before.get(hour)?.transformedAt !== transformedAt)
    .map(({ hour }) => hour);
}

/** Hour → how view and index differ. */
function differences(view: readonly HourlyMetrics[], index: readonly HourlyMetrics[]): Map<string, string> {
  const documents = new Map(index.map((document) => [document.event_hour, document]));
  const off = new Map<string, string>();
  for (const row of view) {
    const hour = row.event_hour;
    const document = documents.get(hour);
    documents.delete(hour);
    if (!document) off.set(hour, `${hour}: not in the index`);
    else if (!isSame(document, row))
      off.set(hour, `${hour}: ${JSON.stringify(row)} in the view, ${JSON.stringify(document)} in the index`);
  }
  for (const hour of documents.keys()) off.set(hour, `${hour}: in the index, not in the view`);
  return off;
}

const isSame = (document: HourlyMetrics, row: HourlyMetrics): boolean =>
  document.total_transactions === row.total_transactions &&
  document.total_amount === row.total_amount &&
  document.late_transactions === row.late_transactions &&
  // The index keeps it as a 32-bit float.
  Math.abs(document.late_ratio - row.late_ratio) < 1e-6 &&
  isDeepStrictEqual(document.amounts, row.amounts);
