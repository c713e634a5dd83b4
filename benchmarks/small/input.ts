/** Events as Lambda's Kafka event source hands them to a function, of any number of records. */
import type { KafkaRecord } from '#domain/records.ts';
import { sales } from '../inventory/input.ts';
import { batches } from '../orders.ts';

export type Topic = 'orders' | 'online_orders' | 'transactions';

/** @returns events of `size` records each, whose ids and offsets follow each other; the last may be smaller */
export function* eventsOf(topic: Topic, partition: number, count: number, size: number): Generator<string> {
  if (topic === 'online_orders') {
    const [records = []] = sales(count);
    for (let from = 0; from < count; from += size)
      yield event(
        topic,
        partition,
        records.slice(from, from + size).map((record) => inEvent(record)),
      );
    return;
  }
  for (const batch of batches(count, size, partition + 1))
    yield event(topic, partition, batch.map(topic === 'orders' ? asIs : payment));
}

type Record = ReturnType<typeof inEvent>;

const inEvent = ({ offset, timestamp, key, value }: KafkaRecord) => ({
  ...{ offset, timestamp, timestampType: 'CREATE_TIME' },
  key: base64(key),
  value: base64(value),
  headers: [] as readonly unknown[],
});

const asIs = (record: Record): Record => record;

/** An order's payment: ids, user and time are the order's. */
function payment(order: Record): Record {
  const { order_id, user_id, amount, currency, created_at } = JSON.parse(Buffer.from(order.value, 'base64').toString());
  const paid = { transaction_id: order_id, user_id, amount, currency, status: 'completed', event_time: created_at };
  return { ...order, value: base64(Buffer.from(JSON.stringify(paid))) };
}

const event = (topic: Topic, partition: number, records: readonly Record[]): string =>
  JSON.stringify({
    eventSource: 'aws:kafka',
    records: { [`${topic}-${partition}`]: records.map((record) => ({ ...record, topic, partition })) },
  });

const base64 = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString('base64');
