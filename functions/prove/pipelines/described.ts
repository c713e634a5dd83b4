/** What is proved of a described stream: of its table, that each accepted record is a row, as it was written, and nothing else is; of its objects, their money. */
import { fingerprintOf, qualified, type TableColumn, tableColumns } from '#adapters/postgres/described-table.ts';
import type { Pool, Transaction } from '#adapters/postgres/index.ts';
import type { Stream } from '#domain/streams.ts';
import { type Check, check, locate } from '../proof.ts';
import { query } from '../queries.ts';
import type { ProofOptions } from '../request.ts';
import { partsOf, queryParts, type Scope } from '../scope.ts';
import type { Sources } from '../sources.ts';
import type { ProvenStream } from '../stream.ts';
import { sum } from '../sum.ts';
import { moneyChecks } from './described-lake.ts';
import { unchangedCheck, type Written } from './unchanged.ts';

interface StoredDelivery extends Written {
  readonly accepted: number;
  readonly stored: number;
}

export async function proveDescribed(
  proven: ProvenStream,
  { lake }: Sources,
  transaction: Transaction,
  options: ProofOptions,
  scope: Scope,
): Promise<{ checks: readonly Check[] }> {
  const inTable = await tableChecks(proven, transaction, scope);
  return { checks: [...inTable, ...(await moneyChecks(proven, lake, options))] };
}

async function tableChecks({ stream }: ProvenStream, transaction: Transaction, scope: Scope): Promise<Check[]> {
  const { table } = stream;
  if (!table) return [];
  const columns = await columnsCheck(transaction, stream, table.name);
  // Without its columns, it can't be asked for its rows.
  if (!columns.balanced) return [columns];
  return [columns, ...(await rowsChecks(transaction, stream, table.name, scope))];
}

export async function columnsCheck(transaction: Transaction | Pool, stream: Stream, table: string): Promise<Check> {
  const wanted = tableColumns(stream);
  const off = columnsOff(wanted, await query<TableColumn>(transaction, 'described_columns', [qualified(table)]));
  const actual = wanted.length - Math.min(off.length, wanted.length);
  return check(`${stream.topic}: ${table} has the columns of its description`, wanted.length, actual, off);
}

/** "refund_id is missing, expected uuid not null" for each column that isn't as described, or isn't described. Pure. */
export function columnsOff(wanted: readonly TableColumn[], found: readonly TableColumn[]): string[] {
  const there = new Map(found.map((column) => [column.name, column]));
  const off = wanted.flatMap((column) => {
    const actual = there.get(column.name);
    there.delete(column.name);
    if (!actual) return [`${column.name} is missing, expected ${said(column)}`];
    return said(actual) === said(column) ? [] : [`${column.name} is ${said(actual)}, expected ${said(column)}`];
  });
  return [...off, ...[...there.keys()].map((name) => `${name} is not in the description`)];
}

const said = ({ type, nullable }: TableColumn): string => `${type} ${nullable ? 'null' : 'not null'}`;

async function rowsChecks(
  transaction: Transaction,
  { consumer, topic }: Stream,
  table: string,
  scope: Scope,
): Promise<Check[]> {
  const named = { 'described.records': qualified(table), 'described.fingerprint': fingerprintOf(table) };
  const parts = partsOf(scope, { consumer, topic });
  const deliveries = await queryParts<StoredDelivery>(transaction, 'described_rows', [consumer, topic], parts, named);
  const [all] = scope.all
    ? await query<{ rows: number }>(transaction, 'described_total', [], named)
    : [{ rows: sum(deliveries, ({ stored }) => stored) }];
  const off = deliveries.filter(({ accepted, stored }) => accepted !== stored);
  return [
    check(
      `${topic}: every accepted record stands in ${table}`,
      sum(deliveries, ({ accepted }) => accepted),
      all?.rows ?? 0,
      off.map((delivery) => `${locate(delivery)}: ${delivery.accepted} accepted, ${delivery.stored} stored`),
    ),
    unchangedCheck(`${topic}: the rows of ${table} are as they were written`, deliveries),
  ];
}
