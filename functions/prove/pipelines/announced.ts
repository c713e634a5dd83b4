/** Whether every curated order from Kafka is announced once, though old announcements are removed from the outbox. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Check, type Faults, faultsIn, noFaults } from '../proof.ts';
import { query } from '../queries.ts';

/**
 * An order from Kafka is announced in the transaction that curates it for the first time. Messages that are still there
 * are compared with the orders one by one. Orders without a message must be those whose messages were removed: as many,
 * and with the same sum of fingerprints.
 */
export async function announcedCheck(transaction: Transaction): Promise<Check> {
  const wrong = orderFaults(await query<OrderFault>(transaction, 'announced_messages'));
  const without = await ordersWithout(transaction);
  return noFaults('curated: every order from Kafka is announced on orders_cleaned, once', wrong, without);
}

interface OrderFault {
  readonly order_id: string;
  readonly total: number;
}

const orderFaults = (rows: readonly OrderFault[]): Faults => faultsIn(rows, ({ order_id }) => `order ${order_id}`);

async function ordersWithout(transaction: Transaction): Promise<Faults> {
  const [found] = await query<{ without: number; removed: number; difference: string }>(
    transaction,
    'announced_difference',
  );
  const { without = 0, removed = 0, difference = '0' } = found ?? {};
  if (without === removed && difference === '0') return { total: 0, examples: [] };
  const suspects = orderFaults(await query<OrderFault>(transaction, 'announced_suspects', [removed, difference]));
  if (suspects.total > 0) return suspects;
  const differ = `${without} orders have no message in the outbox, and ${removed} messages were removed from it; they differ`;
  return { total: 1, examples: [differ] };
}
