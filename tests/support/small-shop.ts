/** One product, a lake, and a consumer of each kind on topics of their own, on the real services. An event is known by its number. */
import { inject } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { kafkaLookup } from '#adapters/kafka/lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { objectSource, readEvents } from '#adapters/lake/parquet-read.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Consume } from '#delivery/consume.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { deliverable } from '#domain/deliverable.ts';
import type { KafkaRecord, PartitionBatch } from '#domain/records.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { freshDatabase, freshLake, poolAs } from './stores.ts';

export type SinkName = 'lake' | 'tables';

export interface SmallShop {
  /** A new connection after `reconnect`. */
  readonly kafka: KafkaConnection;
  readonly pool: Pool;
  readonly lake: Lake;
  /** A topic of the sink's own, with these events in each of its partitions. */
  filled(sink: SinkName, numbers: readonly number[], partitions?: number): Promise<Stream>;
  produce(stream: Stream, numbers: readonly number[], partition?: number): Promise<void>;
  /** The consumer of the sink, with the role of its function. */
  consumer(sink: SinkName, lake?: Lake): Promise<Consume<Stream['event']>>;
  /** What Kafka holds of a partition now, as a function gets it. */
  held(stream: Stream, partition?: number): Promise<KafkaRecord[]>;
  /** Retention, at once. */
  expireBefore(stream: Stream, offset: number): Promise<void>;
  /** Committed ranges as [first, last, records], and losses as [first, last]. */
  ledger(): Promise<{ deliveries: number[][]; losses: number[][] }>;
  /** The numbers of the events that took effect, each as often as it did. */
  effects(sink: SinkName): Promise<number[]>;
  /** A connection that has heard of a topic fails once that is deleted. */
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const batchOf = ({ topic }: Stream, records: readonly KafkaRecord[], partition = 0): PartitionBatch => ({
  topic,
  partition,
  records,
});

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const sinks = {
  lake: {
    stream: streams.orders,
    event: (n: number) => ({
      order_id: uuid(n),
      user_id: uuid(1),
      amount: 1.25,
      currency: 'EUR',
      category: 'books',
      country: 'DE',
      created_at: '2025-12-11T00:00:01Z',
    }),
  },
  tables: {
    stream: streams.onlineOrders,
    event: (n: number) => ({
      event_id: uuid(n),
      order_id: `o${n}`,
      product_id: 'p1',
      quantity: 1,
      timestamp: '2026-01-02T03:04:05Z',
    }),
  },
} as const;

export const eventOf = (stream: Stream, n: number): string =>
  JSON.stringify(sinks[stream.lake === undefined ? 'tables' : 'lake'].event(n));

let numbered = 0;

export async function openSmallShop(): Promise<SmallShop> {
  const { bootstrapServers } = inject('stack').kafka;
  const lookup = kafkaLookup({ bootstrapServers });
  const connect = () => connectKafka({ bootstrapServers, clientId: 'small-shop' });
  let kafka = await connect();
  const pool = await freshDatabase();
  const lake = await freshLake();
  const pools: Pool[] = [];
  await pool.query("insert into shop.products values ('p1', 'Lamp', 'home', 9.99)");
  await pool.query("insert into inventory.inventory values ('p1', 1000, 1000)");

  const shop: SmallShop = {
    get kafka() {
      return kafka;
    },
    pool,
    lake,

    async filled(sink, numbers, partitions = 1) {
      numbered += 1;
      const { stream } = sinks[sink];
      const own: Stream = { ...stream, topic: `${stream.topic}-shop-${process.pid}-${numbered}`, partitions };
      await kafka.createTopics([own]);
      for (let partition = 0; partition < partitions; partition++) await shop.produce(own, numbers, partition);
      return own;
    },

    async produce(stream, numbers, partition = 0) {
      const producer = await kafka.producer();
      const headers = [{ name: 'trace', value: Buffer.from('t') }];
      await producer.send(
        stream.topic,
        numbers.map((n) => ({
          key: 'k',
          value: eventOf(stream, n),
          headers,
          partition,
          timestamp: 1_765_411_201_000 + n,
        })),
      );
      await producer.close();
    },

    async consumer(sink, into = lake) {
      const own = await poolAs(sink === 'lake' ? 'archive_orders' : 'update_inventory', pool);
      pools.push(own);
      return sink === 'lake'
        ? writeToLake<Stream['event']>({ pool: own, lake: into, ...lookup }, layoutOf(streams.orders) as never)
        : writeToPostgres<Stream['event']>({ pool: own, ...lookup }, applyMovements);
    },

    async held({ topic }, partition = 0) {
      const records: KafkaRecord[] = [];
      const to = (await kafka.offsets(topic))[partition]?.latest ?? 0;
      for await (const fragment of kafka.read(topic, new Map([[partition, { from: 0, to }]])))
        records.push(...fragment.records.map(deliverable));
      return records;
    },

    expireBefore: ({ topic }, offset) => kafka.removeBefore(topic, new Map([[0, offset]])),

    async ledger() {
      const rows = async (sql: string) => (await pool.query({ text: sql, rowMode: 'array' })).rows;
      return {
        deliveries: await rows(
          "select first_offset, last_offset, records from ledger.deliveries where state = 'committed' order by partition, 1",
        ),
        losses: await rows('select first_offset, last_offset from ledger.losses order by partition, 1'),
      };
    },

    async effects(sink) {
      const numbers: number[] = [];
      if (sink === 'tables') {
        const { rows } = await pool.query<{ n: number }>(
          "select right(event_id, 12)::int as n from inventory.events_log where status = 'processed'",
        );
        numbers.push(...rows.map(({ n }) => n));
      } else {
        const { rows } = await pool.query(
          "select object_key, object_bytes from ledger.deliveries where state = 'committed' and object_key is not null",
        );
        for (const { object_key, object_bytes } of rows)
          for await (const group of readEvents(orderEvent, objectSource(lake, object_key, object_bytes)))
            numbers.push(...group.map(({ event }) => Number(event.order_id.slice(-12))));
      }
      return numbers.sort((a, b) => a - b);
    },

    async reconnect() {
      await kafka.close();
      kafka = await connect();
    },

    async close() {
      await kafka.close();
      for (const each of pools) await each.end();
      await pool.end();
    },
  };
  return shop;
}
