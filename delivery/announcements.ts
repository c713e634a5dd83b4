/**
 * Announcements of stock, topic inventory_updates. A row of ledger.announcements stands for a delivery's messages, which are made
 * of the log of events when they are published (functions/relay-outbox) and when the proof looks for them in Kafka.
 */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { OutboxMessage } from './messages.ts';

export const UPDATES_TOPIC = 'inventory_updates';

/** A row of ledger.announcements, with where its events are. */
export interface Announcement {
  /** From the numbers of the outbox. */
  readonly announcementId: number;
  /** The topic and range of its delivery. */
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** Product → its stock before the delivery. */
  readonly onHand: Readonly<Record<string, number>>;
}

/** What selects an Announcement from ledger.announcements and ledger.deliveries. */
export const ANNOUNCEMENT_COLUMNS = `
  announcement_id as "announcementId", topic, partition, first_offset as "firstOffset", last_offset as "lastOffset",
  on_hand as "onHand"`;

/** An event of the log that moved stock; `processedAt` is ISO 8601. */
export type LoggedMovement = readonly [eventId: string, productId: string, change: number, processedAt: string];

/** The messages that it stands for, in the order of their events. */
export async function readUpdates(transaction: Transaction, announcement: Announcement): Promise<OutboxMessage[]> {
  const { topic, partition, firstOffset, lastOffset } = announcement;
  const { rows } = await transaction.query<[string, string, number, string]>({
    text: READ_MOVEMENTS,
    values: [topic, partition, firstOffset, lastOffset],
    // An object for each row would cost as much as the rest of reading it.
    rowMode: 'array',
  });
  return updatesOf(announcement, rows);
}

/** One statement has written them all, so they have one time, which is formatted once. */
const READ_MOVEMENTS = `
  with events as not materialized (
    select *
    from inventory.events_log
    where topic = $1 and partition = $2 and kafka_offset between $3 and $4 and status = 'processed'
  )
  select
    event_id,
    product_id,
    change,
    (select to_char(processed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from events order by kafka_offset limit 1)
  from events
  order by kafka_offset`;

/**
 * Each message says what was on hand after its event. A product that the announcement lacks, since somebody has edited it, counts from 0:
 * the proof finds that, and the messages behind it don't wait.
 */
export function updatesOf(
  { announcementId, topic, onHand }: Pick<Announcement, 'announcementId' | 'topic' | 'onHand'>,
  movements: readonly LoggedMovement[],
): OutboxMessage[] {
  const products = new Map<string, { readonly key: Buffer; readonly json: string; quantity: number }>();
  const source = JSON.stringify(topic);
  return movements.map(([eventId, productId, change, processedAt]) => {
    let product = products.get(productId);
    if (!product) {
      product = {
        key: Buffer.from(productId),
        json: JSON.stringify(productId),
        quantity: Number(onHand[productId] ?? 0),
      };
      products.set(productId, product);
    }
    product.quantity += change;
    // To the byte as PostgreSQL's json_build_object wrote it: subscribers may compare a repeat with what they have.
    const value =
      `{"event_id" : ${JSON.stringify(eventId)}, "product_id" : ${product.json}, "change" : ${change}, ` +
      `"quantity_on_hand" : ${product.quantity}, "source" : ${source}, "oversold" : ${product.quantity < 0}, ` +
      `"processed_at" : "${processedAt}"}`;
    return {
      outboxId: announcementId,
      topic: UPDATES_TOPIC,
      key: product.key,
      value: Buffer.from(value),
      headers: NONE,
      deadLetter: null,
    };
  });
}

const NONE: OutboxMessage['headers'] = [];
