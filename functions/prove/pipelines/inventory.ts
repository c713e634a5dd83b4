/** What the inventory pipeline proves: stock, orders and the log of events agree with each other and with the ledger. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';
import { type Check, check, faultsIn, locate, noFaults, type PartitionRange } from '../proof.ts';
import { query } from '../queries.ts';
import { type ProofOptions, reaches } from '../request.ts';
import type { Sources } from '../sources.ts';
import type { ProvenStream } from '../stream.ts';
import { sum } from '../sum.ts';
import { unchangedCheck, type Written } from './unchanged.ts';

export async function proveStock(_: Sources, transaction: Transaction, { depth }: ProofOptions): Promise<Check[]> {
  return [
    await stockCheck(transaction),
    await ordersCheck(transaction),
    await strayCheck(transaction),
    await reportsCheck(transaction),
    ...(reaches(depth, 'rows') ? [await announcedCheck(transaction)] : []),
  ];
}

interface Stock {
  readonly product_id: string;
  readonly due: number;
  readonly quantity_on_hand: number;
  /** It has movements, and no row in inventory.inventory. */
  readonly is_gone: boolean;
}

/** Per product: stock = opening + the sum of all processed movements. */
async function stockCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<Stock>(transaction, 'inventory_stock');
  const off = rows.filter(({ due, quantity_on_hand, is_gone }) => due !== quantity_on_hand || is_gone);
  return check(
    'inventory: stock = opening + sum of all movements, for every product',
    sum(rows, ({ due }) => due),
    sum(rows, ({ quantity_on_hand }) => quantity_on_hand),
    off.map(
      ({ product_id, due, quantity_on_hand, is_gone }) =>
        `product ${product_id}: ${due} due, ${is_gone ? 'not in inventory.inventory' : `${quantity_on_hand} on hand`}`,
    ),
  );
}

async function reportsCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<{ day: string; total: number }>(transaction, 'inventory_reports');
  return noFaults(
    'inventory: every report is as it was written',
    faultsIn(rows, ({ day }) => `the report of ${day}`),
  );
}

/** What is still in the outbox; how many there ever were is counted at every depth (outbox.ts). */
async function announcedCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<{ outbox_id: number; event_id: string | null; total: number }>(
    transaction,
    'inventory_announced',
  );
  return noFaults(
    'inventory: every announcement in the outbox says what log and stock say, and says it once',
    faultsIn(rows, ({ outbox_id, event_id }) => `message ${outbox_id}: ${event_id ? `event ${event_id}` : 'no event'}`),
  );
}

interface SaleFault {
  readonly event_id: string;
  readonly logged: string | null;
  readonly ordered: string | null;
  readonly total: number;
}

/** Every processed sale stands in inventory.orders with all that the log says of it, and nothing else does. */
async function ordersCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<SaleFault>(transaction, 'inventory_orders');
  const describe = ({ event_id, logged, ordered }: SaleFault) =>
    `event ${event_id}: ${logged} in the log, ${ordered} in orders`;
  return noFaults('inventory: every sale of the log stands in orders', faultsIn(rows, describe));
}

/** An event that was written into the log by hand may agree with stock and orders, though Kafka never had it. */
async function strayCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<{ topic: string; partition: number; kafka_offset: number; total: number }>(
    transaction,
    'inventory_strays',
    [streams.onlineOrders.consumer],
  );
  const describe = ({ topic, partition, kafka_offset }: (typeof rows)[number]) =>
    locate({ topic, partition, firstOffset: kafka_offset, lastOffset: kafka_offset });
  return noFaults('inventory: every event of the log came in a delivery', faultsIn(rows, describe));
}

/** What a stream of movements proves beyond what every stream does. */
export async function proveLog({ stream }: ProvenStream, _: Sources, transaction: Transaction) {
  return { checks: await logChecks(transaction, stream) };
}

type LogCounts = PartitionRange &
  Record<'processed' | 'duplicate' | 'rejected' | 'accepted' | 'duplicates' | 'refused', number> &
  Written;

/** The log has a row for each record, with the outcome that the ledger counted, as it was written. */
async function logChecks(transaction: Transaction, { consumer, topic }: ProvenStream['stream']): Promise<Check[]> {
  const rows = await query<LogCounts>(transaction, 'inventory_log', [consumer, topic]);
  const off = rows.filter(
    (row) => row.processed !== row.accepted || row.duplicate !== row.duplicates || row.rejected !== row.refused,
  );
  return [
    check(
      `${topic}: the log has every record with its outcome`,
      sum(rows, ({ accepted, duplicates, refused }) => accepted + duplicates + refused),
      sum(rows, ({ processed, duplicate, rejected }) => processed + duplicate + rejected),
      off.map(
        (row) =>
          `${locate(row)}: ${row.accepted} + ${row.duplicates} + ${row.refused} in the ledger, ` +
          `${row.processed} + ${row.duplicate} + ${row.rejected} in the log`,
      ),
    ),
    unchangedCheck(`${topic}: the log's rows are as they were written`, rows),
  ];
}
