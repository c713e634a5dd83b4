/** Announcements of stock, as relay-outbox publishes them. */
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { ANNOUNCEMENT_COLUMNS, type Announcement, readUpdates } from '#delivery/announcements.ts';
import type { OutboxMessage } from '#delivery/messages.ts';

/** The messages that all announcements of the database stand for, in their order. */
export async function readAllUpdates(pool: Pool): Promise<OutboxMessage[]> {
  const { rows } = await pool.query<Announcement>(
    `select ${ANNOUNCEMENT_COLUMNS} from ledger.announcements inner join ledger.deliveries using (delivery_id)
     order by announcement_id`,
  );
  return inTransaction(pool, async (transaction) => {
    const messages: OutboxMessage[] = [];
    for (const announcement of rows) messages.push(...(await readUpdates(transaction, announcement)));
    return messages;
  });
}
