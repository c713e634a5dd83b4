/** A sample event for each function, as its caller sends it: Lambda's poller, EventBridge, Airflow or the command line. */

import { type ConsumedRecord, connectKafka, type KafkaConnection, type Producer } from '#adapters/kafka/index.ts';
import { encodeEvent, encodeRecord } from '#adapters/kafka/lambda-event.ts';
import { functions } from '#cdk/config/functions.ts';
import { readConfiguration } from '#domain/configuration/read.ts';
import { type Stream, streams, topics } from '#domain/streams.ts';
import { exampleFor } from '#operations/connect/connect.ts';

const user = '5f0c8a3e-6d0f-4a57-9d0e-0d6f0f3a8b11';
const stockMovement = { event_id: 'sample', product_id: 'sample', quantity: 1, timestamp: '2026-01-02T03:04:05Z' };

/** A valid record for each stream; of any other, its example is sent. */
const records: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  orders: {
    order_id: '0b8d8c9a-3c53-4b53-8f61-5f2e5c0c7a01',
    user_id: user,
    amount: '12.34',
    currency: 'EUR',
    category: 'books',
    country: 'DE',
    created_at: '2026-01-02T03:04:05Z',
  },
  onlineOrders: { ...stockMovement, event_id: 'sample-1', order_id: 'sample' },
  storeSales: { ...stockMovement, event_id: 'sample-2', order_id: 'sample', store_id: 'sample' },
  supplierRestocks: { ...stockMovement, event_id: 'sample-3', supplier_id: 'sample' },
  stockCounts: { count_id: 'sample-4', product_id: 'sample', counted: 1, counted_at: '2026-01-02T03:04:05Z' },
  transactions: {
    transaction_id: '0b8d8c9a-3c53-4b53-8f61-5f2e5c0c7a02',
    user_id: user,
    amount: '12.34',
    currency: 'EUR',
    status: 'completed',
    event_time: '2026-01-02T03:04:05Z',
  },
  userEvents: {
    event_id: '0b8d8c9a-3c53-4b53-8f61-5f2e5c0c7a03',
    user_id: user,
    event_type: 'click',
    product_id: 'sample',
    occurred_at: '2026-01-02T03:04:05Z',
  },
  products: { product_id: 'sample', name: 'Sample', category: 'books', price: '12.34' },
  customers: {
    customer_id: user,
    ...{ name: 'Ada Sample', email: 'ada@example.com', country: 'DE', segment: 'regular' },
    signed_up_at: '2026-01-02T03:04:05Z',
  },
};

/** Events of callers other than Lambda's poller. A function that is missing here takes an empty event. */
const requests: Readonly<Partial<Record<keyof typeof functions, object>>> = {
  'load-orders': { action: 'list' },
  'relay-outbox': functions['relay-outbox'].scheduledEvent(readConfiguration('local', {}).values),
  'redrive-dead-letters': { dead_letter_ids: [1], redriven_by: 'sample', dry_run: true },
  'acknowledge-losses': { loss_ids: [1], acknowledged_by: 'sample', reason: 'sample', dry_run: true },
  'replay-inventory': { dry_run: true },
  'report-inventory': { action: 'build', date: '2026-01-02' },
  'run-transformations': { action: 'transform' },
  'check-quality': { suite: 'aggregate_user_events', check: 'unique_keys' },
  prove: { depth: 'books' },
  console: { operation: 'readPulse', args: [] },
};

/** Has no sample: Secrets Manager calls it with the version of a secret that is being created. Another test covers it. */
const calledByRotation = 'rotate-passwords';

/** Events by function. A consumer has one for each of its topics, with records that are really in Kafka. */
export async function sampleEvents(bootstrapServers: string): Promise<(readonly [name: string, event: string])[]> {
  const kafka = await connectKafka({ bootstrapServers, clientId: 'sample-events' });
  const producer = await kafka.producer();
  const consumed: [string, string][] = [];
  try {
    await kafka.createTopics(topics);
    for (const [name, stream] of Object.entries(streams)) {
      const record = records[name] ?? JSON.parse(exampleFor(stream).value);
      const found = await produced(kafka, producer, stream, record);
      consumed.push([stream.consumer, eventOf(bootstrapServers, stream.topic, found)]);
    }
  } finally {
    await producer.close();
    await kafka.close();
  }
  const consumers = new Set(consumed.map(([consumer]) => consumer));
  const others = Object.keys(functions).filter((name) => !consumers.has(name) && name !== calledByRotation);
  return [
    ...consumed,
    ...others.map((name) => [name, JSON.stringify(requests[name as keyof typeof functions] ?? {})] as const),
  ];
}

/** All records of the partition, the new one last: earlier ones may be another test's, but a consumer must not skip any. */
async function produced(
  kafka: KafkaConnection,
  producer: Producer,
  { topic, key }: Stream,
  record: Readonly<Record<string, unknown>>,
): Promise<ConsumedRecord[]> {
  await producer.send(topic, [{ key: String(record[key]), value: JSON.stringify(record), partition: 0 }]);
  const to = (await kafka.offsets(topic))[0]?.latest ?? 0;
  const found: ConsumedRecord[] = [];
  for await (const { records } of kafka.read(topic, new Map([[0, { from: 0, to }]]))) found.push(...records);
  if (found.at(-1)?.offset !== to - 1)
    throw new Error(
      `Expected to read offset ${to - 1} of ${topic}, which was just produced, but Kafka did not return it.`,
    );
  return found;
}

function eventOf(bootstrapServers: string, topic: string, records: readonly ConsumedRecord[]): string {
  const eventSourceArn = 'arn:aws:kafka:us-east-1:000000000000:cluster/sample/sample';
  const encoded = new Map([[0, records.map((record) => encodeRecord(topic, 0, record))]]);
  return encodeEvent({ eventSourceArn, bootstrapServers, topic }, encoded).toString();
}
