/** Whether topic orders_cleaned says what is curated, though old announcements are removed from the outbox. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Check, type Faults, faultsIn, noFaults } from '../proof.ts';
import { query } from '../queries.ts';

/**
 * Whatever changes in curated is announced in the same transaction. Messages that are still in the outbox are compared with the
 * orders one by one (view curated.announcements). Of orders without a message, those that were removed must have said what is
 * curated: they are as many, and have the same sum of fingerprints.
 */
export async function announcedCheck(transaction: Transaction): Promise<Check> {
  const wrong = orderFaults(await query<OrderFault>(transaction, 'announced_messages'));
  const without = await ordersWithout(transaction, wrong.total);
  return noFaults('curated: orders_cleaned says of every order from Kafka what is curated', wrong, without);
}

interface OrderFault {
  readonly order_id: string;
  readonly total: number;
}

const orderFaults = (rows: readonly OrderFault[]): Faults => faultsIn(rows, ({ order_id }) => `order ${order_id}`);

async function ordersWithout(transaction: Transaction, wrongMessages: number): Promise<Faults> {
  const [found] = await query<{ without: number; removed: number; difference: string }>(
    transaction,
    'announced_difference',
  );
  const { without = 0, removed = 0, difference = '0' } = found ?? {};
  const none = { total: 0, examples: [] };
  if (without === removed && difference === '0') return none;
  // A wrong message upsets the sums too.
  if (removed > 0 && wrongMessages > 0) return none;
  const suspects = orderFaults(await query<OrderFault>(transaction, 'announced_suspects', [removed, difference]));
  if (suspects.total > 0) return suspects;
  const differ = `${without} orders have no message in the outbox, and ${removed} messages were removed from it; they differ`;
  return { total: 1, examples: [differ] };
}
