/** Writes dead letters as a lake consumer does, with the bytes that a test needs. */

import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { commitDelivery, insertDelivery, lockPosition, registerPartition } from '#delivery/ledger.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';

const consumer = 'archive-orders';

/** Inserts a delivery in which every record is rejected; each record gets the partition's next offset. */
export async function writeDeadLetters(
  pool: Pool,
  letters: readonly Partial<DeadLetter>[],
  { topic = 'orders', partition = 0, state = 'committed' as 'open' | 'committed' } = {},
): Promise<void> {
  const reader = { consumer, topic, partition };
  const range = await inTransaction(pool, async (transaction) => {
    await registerPartition(transaction, reader, 0);
    const firstOffset = (await lockPosition(transaction, reader))?.nextOffset ?? 0;
    const records = letters.length;
    const offsets = { firstOffset, lastOffset: firstOffset + records - 1, records };
    const counts = { accepted: 0, duplicates: 0, rejected: records, cents: null, times: null, idFilter: null };
    const delivery = { ...offsets, ...counts, state: 'open' as const, sourceSha256: 'test', objectKey: null };
    const dead = letters.map((letter, index): DeadLetter => {
      const offset = firstOffset + index;
      const usual = { timestamp: 1_765_411_200_000, key: null, value: null, headers: [] };
      return { ...usual, reason: 'not_json', message: 'expected JSON', ...letter, topic, partition, offset };
    });
    return { ...offsets, deliveryId: await insertDelivery(transaction, reader, delivery, dead) };
  });
  if (state === 'open') return;
  await inTransaction(pool, (transaction) => commitDelivery(transaction, reader, range, undefined));
}
