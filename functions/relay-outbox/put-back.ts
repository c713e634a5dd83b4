/**
 * What was sent ahead of an older word about the same product is sent again, behind it. A relay of the version before does that, since it
 * doesn't know of announcements; so does one that announces again what stood between messages of that version.
 */
import type { Transaction } from '#adapters/postgres/index.ts';
import { UPDATES_TOPIC } from '#delivery/announcements.ts';
import type { Unsent } from './announcements.ts';

/** @param announcements the first that wait, in their order */
export async function putBack(transaction: Transaction, announcements: readonly Unsent[]): Promise<void> {
  const [first] = announcements;
  if (!first) return;
  const behindFirst = [UPDATES_TOPIC, first.announcementId, first.createdAt];
  const { rows } = await transaction.query<{ found: boolean }>(ANY_AHEAD, behindFirst);
  if (!rows[0]?.found) return;
  await transaction.query(PUT_BACK, [...behindFirst, announcements.map(({ announcementId }) => announcementId)]);
}

/**
 * A look into an index, which finds nothing once the last message of the version before is removed. The time says nothing that the number
 * doesn't; by it the index outbox_sent leaves out a week of messages.
 */
const ANY_AHEAD = `
  select exists (
    select from ledger.outbox
    where topic = $1 and outbox_id > $2 and sent_at >= $3::timestamptz and dead_letter_id is null
  ) as found`;

/** The numbers of a product are in the order in which its stock moved. */
const PUT_BACK = `
  with waiting as (
    select convert_to(product_id, 'UTF8') as product, min(announcement_id) as first_id
    from ledger.announcements
    cross join jsonb_object_keys(on_hand) as product_id
    where announcement_id = any($4)
    group by product_id
  )
  update ledger.outbox
  set sent_at = null
  from waiting
  where
    topic = $1 and outbox_id > $2 and sent_at >= $3::timestamptz and dead_letter_id is null
    and record_key = product and outbox_id > first_id`;
