/**
 * Depth `kafka`: whether Kafka has each message that the outbox marks as sent, or that an announcement of stock stands for, with its key,
 * value and headers; a dead letter's message with what the letter says. Counts can't tell, since the relay may repeat what it sent. Each
 * topic is read once; of each message a fingerprint of 8 bytes is kept.
 */
import { createHash } from 'node:crypto';
import type { Fragment, ReadRange } from '#adapters/kafka/index.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Announcement, readUpdates, UPDATES_TOPIC } from '#delivery/announcements.ts';
import { type Message, type OutboxMessage, toRecord } from '#delivery/messages.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { type Check, check } from '../proof.ts';
import { query } from '../queries.ts';
import { type ProofOptions, reaches } from '../request.ts';
import type { Sources } from '../sources.ts';

/**
 * Milliseconds between the clocks of Kafka's producers and of this function, and for which the relay may mark later what it sent. By how
 * much the database's clock differs from this one, by which messages are marked, is asked.
 */
const CLOCKS = 60_000;

/**
 * Hours for which Kafka holds what was sent, at least: a week (cdk/constructs/msk-cluster.ts), less an hour. The time of the first
 * record that it holds tells no more than that where producers give records their times. They have passed by the clock, or by the
 * hours in which the relay ran: a message that was sent when the clock was a day ahead is a day older than the clock says.
 */
const HELD_FOR_HOURS = 7 * 24 - 1;
const HOUR_MS = 3_600_000;

const PAGE = 5_000;
const ANNOUNCEMENTS = 100;

export async function proveSent(sources: Sources, transaction: Transaction, { depth }: ProofOptions): Promise<Check[]> {
  if (!reaches(depth, 'kafka')) return [];
  const topics = await query<Topic>(transaction, 'outbox_sent_topics');
  const checks: Check[] = [];
  const replaced: Replaced = new Set();
  const ahead = (topics[0]?.now ?? 0) - Date.now();
  for (const { topic } of topics) checks.push(await sentCheck({ topic, ahead, replaced }, sources, transaction));
  return checks;
}

/** Messages that Kafka refused as too large, and that stand on the topic dlq without their content. */
type Replaced = Set<string>;

interface Topic {
  readonly topic: string;
  /** By the database's clock, in milliseconds since 1970. */
  readonly now: number;
}

interface Sent extends Pick<Topic, 'topic'> {
  /** Milliseconds by which the database's clock is ahead. */
  readonly ahead: number;
  readonly replaced: Replaced;
}

async function sentCheck(
  { topic, ahead, replaced }: Sent,
  { offsets, records: read }: Sources,
  transaction: Transaction,
): Promise<Check> {
  if (!read) throw new Error('Expected a way to read records from Kafka for a proof of depth kafka, got none.');
  const sent = await sortedFingerprints(sentMessages(transaction, topic));
  const found = new Uint8Array(sent.length);
  const ranges = new Map(
    (await offsets(topic)).map(({ partition, earliest, latest }) => [partition, { from: earliest, to: latest }]),
  );
  const heldSince = await mark(read(topic, ranges), ranges, (record) => {
    const place = indexOf(sent, fingerprint(record));
    if (place !== undefined) found[place] = 1;
    const without = headerOf(record, 'content-left-out-bytes');
    if (without) replaced.add(headerOf(record, 'outbox-id') ?? `letter ${headerOf(record, 'dead-letter-id')}`);
  });
  const holdsAll = heldSince === Number.NEGATIVE_INFINITY;
  const missing: string[] = [];
  let held = 0;
  for await (const message of sentMessages(transaction, topic)) {
    const isOld = message.sentAt <= heldSince + ahead + CLOCKS;
    if (isOld || (!holdsAll && message.hoursAgo >= HELD_FOR_HOURS)) continue;
    held += 1;
    const place = indexOf(sent, fingerprint(toRecord(message)));
    if (place !== undefined && found[place]) continue;
    if (replaced.has(nameOf(message))) continue;
    missing.push(`message ${message.outboxId} was sent, and Kafka does not have it as it is`);
  }
  return check(
    `outbox: ${topic} has every message that was sent, as far as Kafka holds it`,
    held,
    held - missing.length,
    missing,
  );
}

const nameOf = ({ outboxId, deadLetter }: OutboxMessage): string =>
  deadLetter ? `letter ${deadLetter.deadLetterId}` : String(outboxId);

type SentMessage = OutboxMessage & Sending;

/** When a message was sent, in milliseconds since 1970, and how many hours ago by the relay's count. */
interface Sending {
  readonly sentAt: number;
  readonly hoursAgo: number;
}

async function* sentMessages(transaction: Transaction, topic: string): AsyncGenerator<SentMessage> {
  if (topic === UPDATES_TOPIC) yield* sentUpdates(transaction);
  for (let last = 0; ; ) {
    const rows = await query<SentMessage>(transaction, 'outbox_sent', [topic, last, PAGE]);
    yield* rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.outboxId ?? last;
  }
}

async function* sentUpdates(transaction: Transaction): AsyncGenerator<SentMessage> {
  for (let last = 0; ; ) {
    const rows = await query<Announcement & Sending>(transaction, 'announcements_sent', [last, ANNOUNCEMENTS]);
    for (const announcement of rows) {
      const { sentAt, hoursAgo } = announcement;
      for (const message of await readUpdates(transaction, announcement)) yield { ...message, sentAt, hoursAgo };
    }
    if (rows.length < ANNOUNCEMENTS) return;
    last = rows.at(-1)?.announcementId ?? last;
  }
}

/** @returns the time, in milliseconds since 1970, from which on Kafka holds every record */
async function mark(
  fragments: AsyncIterable<Fragment>,
  ranges: ReadonlyMap<number, ReadRange>,
  seen: (record: KafkaRecord) => void,
): Promise<number> {
  const unread = new Map([...ranges].map(([partition, { from }]) => [partition, from]));
  let since = Number.NEGATIVE_INFINITY;
  for await (const { partition, records } of fragments) {
    const from = unread.get(partition);
    const [first] = records;
    // Retention may also have removed some between the question for the offsets and the reading.
    if (from !== undefined && first && (from > 0 || first.offset > from))
      since = Math.max(since, first.timestamp, Date.now() - HELD_FOR_HOURS * HOUR_MS);
    unread.delete(partition);
    for (const record of records) seen(record);
  }
  // Retention has removed all of these.
  return [...unread.values()].some((from) => from > 0) ? Number.POSITIVE_INFINITY : since;
}

/** As many as there are: what a row says of how many it stands for may be edited. */
async function sortedFingerprints(messages: AsyncIterable<OutboxMessage>): Promise<BigUint64Array> {
  let room = new BigUint64Array(1_024);
  let filled = 0;
  for await (const message of messages) {
    if (filled === room.length) {
      const larger = new BigUint64Array(filled * 2);
      larger.set(room);
      room = larger;
    }
    room[filled++] = fingerprint(toRecord(message));
  }
  return room.subarray(0, filled).sort();
}

function headerOf({ headers }: KafkaRecord, wanted: string): string | undefined {
  const header = headers.find(({ name }) => name === wanted);
  return header && Buffer.from(header.value).toString();
}

function fingerprint({ key, value, headers }: Message): bigint {
  const rest = [key, ...headers.flatMap(({ name, value }) => [name, value])].map((part) =>
    part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part,
  );
  const hash = createHash('sha256').update(JSON.stringify([...rest, value === null]));
  if (value) hash.update(value);
  return hash.digest().readBigUInt64BE();
}

/** Where the sorted array has the item. */
function indexOf(sorted: BigUint64Array, item: bigint): number | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as bigint) < item) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === item ? low : undefined;
}
