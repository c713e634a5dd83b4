/** The deepest check: every row of every loaded object against the warehouse, value by value. */
import type { z } from 'zod';
import type { Lake } from '#adapters/lake/index.ts';
import { objectSource, readEvents, storedNames } from '#adapters/lake/parquet-read.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { columnsOf } from '#domain/columns.ts';
import { type Check, check, locate } from '../proof.ts';
import { query } from '../queries.ts';
import { differences, type TextRow, textInSql, textOf } from '../row-text.ts';
import type { Loaded } from './loads.ts';

/** The column that must be unique. */
const KEY = 'order_id';

export async function rowChecks(
  name: string,
  event: z.ZodObject,
  lake: Lake,
  transaction: Transaction,
  deliveries: readonly Loaded[],
): Promise<Check[]> {
  let rows = 0;
  const off: string[] = [];
  for (const delivery of deliveries.filter(({ objectKey }) => objectKey !== null)) {
    const inWarehouse = await warehouseRows(transaction, event, delivery);
    const repeats: { offset: number; key: string }[] = [];
    try {
      const object = await source(lake, delivery);
      let names: Promise<ReadonlySet<string>> | undefined;
      const stored = () => {
        names ??= storedNames(object);
        return names;
      };
      for await (const group of readEvents(event, object)) {
        for (const { offset, event: row } of group) {
          const values = row as Record<string, unknown>;
          const loaded = inWarehouse.get(offset);
          inWarehouse.delete(offset);
          if (loaded) {
            const texts = await differing(textOf(event, values), loaded, stored);
            off.push(...texts.map((text) => `${at(delivery, offset)}: ${text}`));
          } else repeats.push({ offset, key: String(values[KEY]) });
          rows += 1;
        }
      }
    } catch (error) {
      off.push(`${locate(delivery)}: ${delivery.objectKey} can't be read: ${(error as Error).message}`);
      continue;
    }
    const missing = await missingOrders(
      transaction,
      repeats.map(({ key }) => key),
    );
    off.push(
      ...repeats
        .filter(({ key }) => missing.has(key))
        .map(({ offset, key }) => `${at(delivery, offset)}: ${key} is not in the warehouse`),
      ...[...inWarehouse].map(
        ([offset, row]) => `${at(delivery, offset)}: ${row[KEY]} is in the warehouse, not in the lake`,
      ),
    );
  }
  const expected = deliveries.reduce((total, { accepted }) => total + accepted, 0);
  return [
    check(`${name}: every row of the loaded objects stands in the warehouse with the same values`, expected, rows, off),
  ];
}

/**
 * A field that the event got after the object was written is read from what was unknown then. A row that was loaded before the event got it
 * has none: that it is as it was loaded, its fingerprint says.
 */
async function differing(
  inLake: TextRow,
  loaded: TextRow,
  stored: () => Promise<ReadonlySet<string>>,
): Promise<string[]> {
  const differ = (row: TextRow) => differences(row, 'in the lake', loaded, 'in the warehouse');
  const off = differ(inLake);
  if (off.length === 0) return off;
  const names = await stored();
  return differ(
    Object.fromEntries(
      Object.entries(inLake).map(([name, text]) => [name, names.has(name) || loaded[name] !== null ? text : null]),
    ),
  );
}

const at = ({ topic, partition }: Loaded, offset: number) =>
  locate({ topic, partition, firstOffset: offset, lastOffset: offset });

async function source(lake: Lake, { objectKey }: Loaded) {
  const object = await lake.head(objectKey as string);
  if (!object) throw new Error('the object is missing');
  return objectSource(lake, objectKey as string, object.bytes);
}

/** Generated, since its columns are those of the event; all other SQL of the proof lies in sql/proof. */
async function warehouseRows(
  transaction: Transaction,
  event: z.ZodObject,
  { deliveryId }: Loaded,
): Promise<Map<number, TextRow>> {
  const columns = columnsOf(event).map(textInSql);
  const { rows } = await transaction.query<TextRow & { kafka_offset: number }>(
    `select kafka_offset, ${columns.join(', ')} from warehouse.fact_orders where delivery_id = $1`,
    [deliveryId],
  );
  return new Map(rows.map(({ kafka_offset, ...row }) => [kafka_offset, row]));
}

async function missingOrders(transaction: Transaction, keys: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await query<{ order_id: string }>(transaction, 'warehouse_missing_orders', [keys]);
  return new Set(rows.map(({ order_id }) => order_id));
}
