/** The deepest check: every row of every loaded object against the warehouse, value by value. */
import type { z } from 'zod';
import type { Lake } from '#adapters/lake/index.ts';
import { objectSource, readEvents } from '#adapters/lake/parquet-read.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Column, columnsOf } from '#domain/columns.ts';
import { formatCents } from '#domain/money.ts';
import { type Check, check, locate } from './proof.ts';
import type { Loaded } from './warehouse-checks.ts';

export interface Target {
  readonly event: z.ZodObject;
  readonly table: string;
  /** The column that must be unique. */
  readonly key: string;
}

export async function rowChecks(
  name: string,
  target: Target,
  lake: Lake,
  transaction: Transaction,
  deliveries: readonly Loaded[],
): Promise<Check[]> {
  let rows = 0;
  const off: string[] = [];
  for (const delivery of deliveries.filter(({ objectKey }) => objectKey !== null)) {
    const inWarehouse = await warehouseRows(transaction, target, delivery);
    const repeats: { offset: number; key: string }[] = [];
    try {
      for await (const group of readEvents(target.event, await source(lake, delivery))) {
        for (const { offset, event } of group) {
          const values = event as Record<string, unknown>;
          const loaded = inWarehouse.get(offset);
          inWarehouse.delete(offset);
          if (loaded)
            off.push(...differences(target, values, loaded).map((text) => `${at(delivery, offset)}: ${text}`));
          else repeats.push({ offset, key: String(values[target.key]) });
          rows += 1;
        }
      }
    } catch (error) {
      off.push(`${locate(delivery)}: ${delivery.objectKey} can't be read: ${(error as Error).message}`);
      continue;
    }
    const missing = await missingKeys(
      transaction,
      target,
      repeats.map(({ key }) => key),
    );
    off.push(
      ...repeats
        .filter(({ key }) => missing.has(key))
        .map(({ offset, key }) => `${at(delivery, offset)}: ${key} is not in the warehouse`),
      ...[...inWarehouse].map(
        ([offset, row]) => `${at(delivery, offset)}: ${row[target.key]} is in the warehouse, not in the lake`,
      ),
    );
  }
  const expected = deliveries.reduce((total, { accepted }) => total + accepted, 0);
  return [
    check(`${name}: every row of the loaded objects stands in the warehouse with the same values`, expected, rows, off),
  ];
}

const at = ({ topic, partition }: Loaded, offset: number) =>
  locate({ topic, partition, firstOffset: offset, lastOffset: offset });

async function source(lake: Lake, { objectKey }: Loaded) {
  const object = await lake.head(objectKey as string);
  if (!object) throw new Error('the object is missing');
  return objectSource(lake, objectKey as string, object.bytes);
}

type TextRow = Record<string, string | null>;

async function warehouseRows(
  transaction: Transaction,
  { event, table }: Target,
  { deliveryId }: Loaded,
): Promise<Map<number, TextRow>> {
  const columns = columnsOf(event).map((column) => `${textInSql(column)} as ${column.name}`);
  const { rows } = await transaction.query<TextRow & { kafka_offset: number }>(
    `select kafka_offset, ${columns.join(', ')} from ${table} where delivery_id = $1`,
    [deliveryId],
  );
  return new Map(rows.map(({ kafka_offset, ...row }) => [kafka_offset, row]));
}

async function missingKeys(transaction: Transaction, { table, key }: Target, keys: readonly string[]) {
  if (keys.length === 0) return new Set<string>();
  const { rows } = await transaction.query<{ key: string }>(
    `select wanted.key::text from unnest($1::uuid[]) as wanted (key) left join ${table} on ${key} = wanted.key where ${key} is null`,
    [keys],
  );
  return new Set(rows.map(({ key }) => key));
}

function differences({ event }: Target, values: Record<string, unknown>, row: TextRow): string[] {
  return columnsOf(event).flatMap((column) => {
    const expected = textInCode(column, values[column.name]);
    const actual = row[column.name] ?? null;
    return expected === actual ? [] : [`${column.name} is ${expected} in the lake, ${actual} in the warehouse`];
  });
}

/** The same text for the same value, from both sides. */
const textInSql = ({ kind, name }: Column): string =>
  kind === 'timestamp' ? `(extract(epoch from ${name}) * 1000000)::bigint::text` : `${name}::text`;

function textInCode({ kind }: Column, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return kind === 'money' ? formatCents(value as number) : String(value);
}
