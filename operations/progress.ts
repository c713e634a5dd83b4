/** How far the streams have come, for the terminal. */
import { isUnknownTopic, type KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { catalogue, consumedBy, streams } from '#domain/streams.ts';
import { askable } from './asking/askable.ts';
import type { Backbone } from './backbone.ts';
import { type KafkaOffsets, lagIn } from './balance.ts';
import { type Ledger, readLedger } from './ledger.ts';

export interface StreamProgress {
  /** Records that the topic has: all since the stack started, less those that retention removed. */
  readonly produced: number;
  /** Records that were dealt with, usable or not. */
  readonly consumed: number;
  /** Consumed records that became dead letters. */
  readonly rejected: number;
  /** Records that wait in Kafka. */
  readonly lag: number;
}

export interface Progress {
  /** By topic. */
  readonly streams: Readonly<Record<string, StreamProgress>>;
  /** Orders in the lake. */
  readonly archived: number;
  /** Orders in the warehouse. */
  readonly loaded: number;
  /** Objects of the lake that wait to be loaded. */
  readonly waiting: number;
  /** Movements that changed the stock. */
  readonly moved: number;
  /** Payments that were stored. */
  readonly paid: number;
  /** User events in the lake. */
  readonly events: number;
}

export interface WholeProgress extends Progress {
  /** Messages, of the outbox and of stock, that wait to be published. They are counted, so who looks each second does without. */
  readonly unsent: number;
}

/** What the ledger says of a topic in all. */
export type TopicTotals = Record<
  'next' | 'consumed' | 'accepted' | 'rejected' | 'loaded' | 'objects' | 'waiting',
  number
>;

export function totalsOf({ partitions, loads }: Ledger, topic: string): TopicTotals {
  const own = partitions.filter((partition) => partition.topic === topic);
  const sum = (of: 'next' | 'records' | 'accepted' | 'rejected' | 'objects') =>
    own.reduce((total, partition) => total + partition[of], 0);
  const load = loads.get(topic);
  const objects = sum('objects');
  return {
    next: sum('next'),
    consumed: sum('records'),
    accepted: sum('accepted'),
    rejected: sum('rejected') + (load?.conflicts ?? 0),
    loaded: load?.inserted ?? 0,
    objects,
    waiting: objects - (load?.loads ?? 0),
  };
}

export function progressOf(ledger: Ledger, offsets: KafkaOffsets): Progress {
  const of = (topic: string) => totalsOf(ledger, topic);
  const orders = of(streams.orders.topic);
  const movements = consumedBy(streams.onlineOrders.consumer);
  return {
    streams: Object.fromEntries(
      catalogue.map(({ topic }) => {
        const { consumed, rejected } = of(topic);
        return [topic, { ...inKafka(ledger, topic, offsets), consumed, rejected }];
      }),
    ),
    archived: orders.accepted,
    loaded: orders.loaded,
    waiting: orders.waiting,
    moved: movements.reduce((total, { topic }) => total + of(topic).accepted, 0),
    paid: of(streams.transactions.topic).accepted,
    events: of(streams.userEvents.topic).accepted,
  };
}

function inKafka(ledger: Ledger, topic: string, offsets: KafkaOffsets) {
  const kafka = offsets.get(topic) ?? [];
  const produced = kafka.reduce((sum, { earliest, latest }) => sum + latest - earliest, 0);
  return { produced, lag: lagIn(ledger, topic, kafka) };
}

/** Of every topic of the catalogue that Kafka has: one that isn't made yet hides no other. */
export async function readOffsets(kafka: Pick<KafkaConnection, 'offsets'>): Promise<KafkaOffsets> {
  const known = catalogue.map(async ({ topic }) => {
    const offsets = await kafka.offsets(topic).catch((error: unknown) => {
      if (isUnknownTopic(error)) return undefined;
      throw error;
    });
    return offsets ? ([[topic, offsets]] as const) : [];
  });
  return new Map((await Promise.all(known)).flat());
}

export async function readUnsent(database: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await database.query<{ unsent: number }>(
    'select coalesce(sum(messages), 0)::bigint as unsent from ledger.waiting',
  );
  return rows[0]?.unsent ?? 0;
}

/** As `readProgress`, also of a backbone that is asked. */
export const progress = askable(
  'progress',
  async ({ pool, kafka }: Pick<Backbone, 'pool' | 'kafka'>): Promise<WholeProgress> =>
    readProgress(pool, await kafka()),
);

export async function readProgress(pool: Pool, kafka: KafkaConnection): Promise<WholeProgress> {
  const ledger = await readLedger(pool);
  const unsent = await readUnsent(pool);
  // After the ledger, or what was consumed meanwhile would be missing from what waits.
  return { ...progressOf(ledger, await readOffsets(kafka)), unsent };
}

export function total(progress: Progress, what: keyof StreamProgress): number {
  return Object.values(progress.streams).reduce((sum, stream) => sum + stream[what], 0);
}
