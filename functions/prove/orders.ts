/** The books of the orders pipeline: Kafka, ledger, lake and warehouse. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { type LedgerBooks, readLedger } from './ledger-books.ts';
import { lagOf, ledgerChecks, sum } from './ledger-checks.ts';
import { objectChecks } from './object-checks.ts';
import { type Check, check, type StreamTotals } from './proof.ts';
import type { Sources } from './prove.ts';
import type { ProofOptions } from './request.ts';
import { rowChecks } from './row-checks.ts';
import { isLoaded, readWarehouse, warehouseChecks } from './warehouse-checks.ts';

export async function proveOrders(
  { lake, offsets }: Sources,
  transaction: Transaction,
  options: ProofOptions,
): Promise<{ checks: Check[]; totals: StreamTotals }> {
  const { depth, settled } = options;
  const stream: Stream = streams.orders;
  const table = { event: stream.event, table: 'warehouse.fact_orders', key: 'order_id' };
  const books = await readLedger(transaction, stream);
  // Asked after the snapshot was taken, so that the ledger can't be ahead of it.
  const kafka = await offsets(stream.topic);
  const warehouse = await readWarehouse(transaction, table.table, table.key);
  const loaded = books.deliveries.filter(isLoaded);
  const totals = totalsOf(books, kafka);
  const checks: Check[] = [
    ...ledgerChecks(stream.topic, books, kafka),
    ...warehouseChecks(stream.topic, books.deliveries, warehouse),
  ];
  checks.push(...(await objectChecks(stream.topic, lake, books.deliveries, options)));
  if (depth === 'rows') checks.push(...(await rowChecks(stream.topic, table, lake, transaction, loaded)));
  if (settled) checks.push(...settledChecks(stream.topic, books, totals));
  return { checks, totals };
}

function settledChecks(name: string, { deliveries }: LedgerBooks, { lag }: StreamTotals): Check[] {
  const waiting = deliveries.filter((delivery) => delivery.objectKey !== null && !isLoaded(delivery));
  return [
    check(`${name}: nothing waits in Kafka`, 0, lag),
    check(
      `${name}: no object waits to be loaded`,
      0,
      waiting.length,
      waiting.map(({ objectKey }) => `${objectKey}`),
    ),
  ];
}

function totalsOf(books: LedgerBooks, kafka: readonly PartitionOffsets[]): StreamTotals {
  const loads = books.deliveries.flatMap(({ load }) => load ?? []);
  const archived = sum(books.deliveries, ({ accepted }) => accepted);
  const duplicates = sum(loads, (load) => load.duplicates);
  const conflicts = sum(loads, (load) => load.conflicts);
  return {
    consumed: sum(books.deliveries, ({ records }) => records),
    accepted: archived - duplicates - conflicts,
    duplicates,
    rejected: sum(books.deliveries, ({ deadLetters }) => deadLetters) + conflicts,
    lag: lagOf(books, kafka),
    archived,
    loaded: sum(loads, ({ inserted }) => inserted),
  };
}
