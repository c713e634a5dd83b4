/**
 * The outbox: messages for Kafka that are decided in a transaction and published after it (functions/relay-outbox).
 * A message exists if and only if its transaction committed.
 */
import type { Transaction } from '#adapters/postgres/index.ts';

/** The topic that announces every record that could not be used. */
export const DEAD_LETTER_TOPIC = 'dlq';

/**
 * Puts the dead letters that the consumer found in these deliveries into the outbox, in the order in which they were
 * found. Call it in the transaction that commits the deliveries: before that, they may still be abandoned. Letters that
 * are in the outbox already stay as they are.
 *
 * @param consumer as in ledger.dead_letters: records of one delivery may fail in the lake and again in the warehouse
 */
export async function publishDeadLetters(
  transaction: Transaction,
  deliveryIds: readonly number[],
  consumer: string,
): Promise<void> {
  if (deliveryIds.length === 0) return;
  await transaction.query(
    `insert into ledger.outbox (topic, dead_letter_id)
     select $1, dead_letter_id
     from ledger.dead_letters
     where delivery_id = any($2) and consumer = $3
     order by dead_letter_id
     on conflict do nothing`,
    [DEAD_LETTER_TOPIC, deliveryIds, consumer],
  );
}
