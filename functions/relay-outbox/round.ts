/** One round of the relay: the first messages that wait, in the order of their numbers, whichever table they are of. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { readUpdates, UPDATES_TOPIC } from '#delivery/announcements.ts';
import type { OutboxMessage } from '#delivery/messages.ts';
import { markAnnounced, readAnnouncements, type Unsent as UnsentAnnouncement } from './announcements.ts';
import type { SentMessage } from './publish.ts';
import { putBack } from './put-back.ts';
import { markSent, type Page, readUnsent } from './unsent.ts';

export interface Round {
  /** By topic, each in its order. */
  readonly messages: ReadonlyMap<string, readonly OutboxMessage[]>;
  readonly announcements: readonly UnsentAnnouncement[];
}

/** @param except topics to leave out, since Kafka accepts none of their messages now */
export async function readRound(transaction: Transaction, except: readonly string[]): Promise<Round> {
  const read = () => (except.includes(UPDATES_TOPIC) ? NOTHING : readAnnouncements(transaction));
  const announcements = await read();
  await putBack(transaction, announcements.rows);
  const outbox = await readUnsent(transaction, except);
  // What one table has beyond the round may come before what the other has in it.
  let end = Math.min(outbox.next ?? Number.POSITIVE_INFINITY, announcements.next ?? Number.POSITIVE_INFINITY);
  // An announcement that was committed between the two may come before a message of update-inventory of the version before.
  if (outbox.rows.some(({ topic }) => topic === UPDATES_TOPIC)) {
    const known = new Set(announcements.rows.map(({ announcementId }) => announcementId));
    const since = (await read()).rows.find(({ announcementId }) => !known.has(announcementId));
    end = Math.min(end, since?.announcementId ?? end);
  }
  const inRound = announcements.rows.filter(({ announcementId }) => announcementId < end);
  const messages = outbox.rows.filter(({ outboxId }) => outboxId < end);
  for (const announcement of inRound)
    for (const update of await readUpdates(transaction, announcement)) messages.push(update);
  // Stable: the messages of an announcement, which have its number, stay in their order.
  if (inRound.length > 0) messages.sort((a, b) => a.outboxId - b.outboxId);
  return { messages: Map.groupBy(messages, ({ topic }) => topic), announcements: inRound };
}

const NOTHING: Page<UnsentAnnouncement> = { rows: [], next: undefined };

/** Marks what Kafka has acknowledged; an announcement if it has all of its messages. */
export async function markRound(
  transaction: Transaction,
  { messages, announcements }: Round,
  sent: readonly SentMessage[],
): Promise<void> {
  const ids = new Set(announcements.map(({ announcementId }) => announcementId));
  const isUpdate = ({ outboxId }: OutboxMessage) => ids.has(outboxId);
  // Messages are sent in their order, so that only the last of these announcements may lack some.
  const left = messages.get(UPDATES_TOPIC)?.slice(sent.filter(({ topic }) => topic === UPDATES_TOPIC).length) ?? [];
  const unfinished = new Set(left.filter(isUpdate).map(({ outboxId }) => outboxId));
  await markAnnounced(
    transaction,
    announcements.filter(({ announcementId }) => !unfinished.has(announcementId)),
  );
  await markSent(
    transaction,
    sent.filter((message) => !isUpdate(message)),
  );
}
