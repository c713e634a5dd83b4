/**
 * The program of the plain consumer. Offsets are committed after a batch was dealt with, so nothing is lost; what was not committed
 * comes again, in other batches, so its files have other names and the lake has orders twice. The warehouse's key drops these.
 *
 * With `buffers` it gathers records for larger files. A batch counts as dealt with when it is in the buffer: kafkajs commits it.
 */
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer, schemaFromColumnData } from 'hyparquet-writer';
import type { KafkaMessage } from 'kafkajs';
import { type KafkaLog, newClient } from '#adapters/kafka/client.ts';
import { openPool } from '#adapters/postgres/index.ts';
import type { OrderEvent } from '#simulator/orders.ts';

const { bootstrapServers, topic, group, bucket, folder, database, table, buffers } = JSON.parse(
  process.argv[2] ?? '{}',
);
const [LARGE, LONG_MS] = [10_000, 5_000];

const DECIMAL: SchemaElement = {
  ...({ name: 'amount', type: 'INT64', repetition_type: 'REQUIRED' } as const),
  ...({ converted_type: 'DECIMAL', precision: 10, scale: 2 } as const),
};

const log: KafkaLog = (level, message, details) => console.log(level, message, JSON.stringify(details));

const s3 = new S3Client({ forcePathStyle: true });
const pool = openPool({ connectionString: database });
const consumer = newClient({ bootstrapServers, clientId: group, log }).consumer({
  groupId: group,
  sessionTimeout: 6_000,
});

/** What the warehouse has of an order. */
type Row = Omit<OrderEvent, 'product_id' | 'quantity'>;
type Name = keyof Row;

async function write(partition: number, messages: readonly KafkaMessage[]): Promise<void> {
  const [first, last] = [messages[0], messages.at(-1)];
  if (!first || !last) return;
  const orders: Row[] = messages.map(({ value }) => JSON.parse(String(value)));
  const column = (name: Name) => orders.map((order) => order[name]);
  const text = (name: Name) => ({ name, data: column(name), type: 'STRING' as const });
  const columnData = [
    ...(['order_id', 'user_id', 'currency', 'category', 'country'] as const).map(text),
    { name: 'amount', data: orders.map(({ amount }) => BigInt(Math.round(amount * 100))) },
    { name: 'created_at', data: orders.map(({ created_at }) => new Date(created_at)), type: 'TIMESTAMP' as const },
    { name: 'kafka_offset', data: messages.map(({ offset }) => BigInt(offset)), type: 'INT64' as const },
  ];
  const schema = schemaFromColumnData({ columnData, schemaOverrides: { amount: DECIMAL } });
  const body = parquetWriteBuffer({ columnData: columnData.map(({ name, data }) => ({ name, data })), schema });
  const Key = `${folder}/orders_p${partition}_o${first.offset}-${last.offset}.parquet`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: new Uint8Array(body) }));
  const names = ['order_id', 'user_id', 'amount', 'currency', 'category', 'country', 'created_at'] as const;
  await pool.query(
    `insert into ${table} (${names})
     select * from unnest($1::uuid[], $2::uuid[], $3::numeric[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
     on conflict (order_id) do nothing`,
    names.map(column),
  );
}

const buffered = new Map<number, KafkaMessage[]>();

function flush(partition: number): Promise<void> {
  const messages = buffered.get(partition) ?? [];
  buffered.delete(partition);
  return write(partition, messages);
}

async function gather(partition: number, messages: readonly KafkaMessage[]): Promise<void> {
  const waiting = buffered.get(partition);
  if (waiting) waiting.push(...messages);
  else {
    buffered.set(partition, [...messages]);
    setTimeout(() => flush(partition), LONG_MS);
  }
  if ((buffered.get(partition)?.length ?? 0) >= LARGE) await flush(partition);
}

await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  partitionsConsumedConcurrently: 4,
  eachBatch: ({ batch: { partition, messages } }) => (buffers ? gather : write)(partition, messages),
});

process.on('SIGTERM', async () => {
  await consumer.disconnect();
  await Promise.all([...buffered.keys()].map(flush));
  await pool.end();
  process.exit(0);
});
