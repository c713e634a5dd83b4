/** Rows of ledger.announcements that Kafka has not acknowledged yet, and the mark that it has. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { ANNOUNCEMENT_COLUMNS, type Announcement } from '#delivery/announcements.ts';
import type { Page } from './unsent.ts';

export interface Unsent extends Announcement {
  /** When it was decided, as PostgreSQL writes it. */
  readonly createdAt: string;
}

/** Limits of what is held in memory at once; the last announcement may exceed the messages, up to a delivery's 10,000. */
const MOST_ROWS = 1_000;
const MOST_MESSAGES = 10_000;

/** The first of them, in the order in which they must be published. */
export async function readAnnouncements(transaction: Transaction): Promise<Page<Unsent>> {
  const { rows } = await transaction.query<Unsent & { isNext: boolean }>(READ, [MOST_ROWS, MOST_MESSAGES]);
  const next = rows.find(({ isNext }) => isNext)?.announcementId;
  return { rows: rows.filter(({ isNext }) => !isNext), next };
}

const READ = `
  with unsent as (
    select * from ledger.announcements where sent_at is null order by announcement_id limit $1 + 1
  ),
  counted as (
    select
      unsent.*,
      row_number() over in_order > $1
      or coalesce(sum(movements) over (in_order rows between unbounded preceding and 1 preceding), 0) >= $2 as is_next
    from unsent
    window in_order as (order by announcement_id)
  )
  select ${ANNOUNCEMENT_COLUMNS}, created_at::text as "createdAt", is_next as "isNext"
  from counted
  inner join ledger.deliveries using (delivery_id)
  where not is_next or announcement_id = (select min(announcement_id) from counted where is_next)
  order by announcement_id`;

export async function markAnnounced(transaction: Transaction, announcements: readonly Announcement[]): Promise<void> {
  if (announcements.length === 0) return;
  await transaction.query(
    `update ledger.announcements set sent_at = statement_timestamp(), sent_hour = (select hours from ledger.relay_hours)
     where announcement_id = any($1)`,
    [announcements.map(({ announcementId }) => announcementId)],
  );
}
