/** The same orders for every contender, sent to its topic while it runs. */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import { type Order, orders } from '../orders.ts';

const SEED = 1;
const BATCH = 1_000;

/** As many a second, unless the machine is too busy: then a batch follows the other. */
const PER_SECOND = 10_000;

export async function sendOrders(kafka: KafkaConnection, topic: string, count: number): Promise<void> {
  const producer = await kafka.producer();
  try {
    const source = orders(SEED);
    const started = performance.now();
    for (let sent = 0; sent < count; sent += BATCH) {
      const batch: Order[] = Array.from({ length: Math.min(BATCH, count - sent) }, () => source.next().value);
      await producer.send(topic, batch);
      const due = started + ((sent + batch.length) / PER_SECOND) * 1_000;
      await delay(Math.max(0, due - performance.now()));
    }
  } finally {
    await producer.close();
  }
}

/** For the referee: a line of CSV for each order, its id and its amount as it is sent. */
export async function writeOrders(file: string, count: number): Promise<void> {
  const lines = createWriteStream(file);
  lines.write('order_id,amount\n');
  for (const { value } of orders(SEED).take(count)) {
    const { order_id, amount } = JSON.parse(value);
    lines.write(`${order_id},${amount}\n`);
  }
  await finished(lines.end());
}
