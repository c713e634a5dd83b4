/** Records that no consumer of stock movements can use, between good ones. */
import { malform } from '#simulator/malformed.ts';
import type { SimulatedMessage } from '#simulator/messages.ts';
import { effectOf, type MovementEvent, type MovementTopic, malformedMovements } from '#simulator/movements.ts';
import { createRandom } from '#simulator/random.ts';
import { openShop } from '#simulator/shop.ts';

/**
 * For each topic, one bad event of each kind: malformed in every way, some of them huge, and one of an unknown product. A
 * good event stands before and after each. All have the same key, and so the same partition.
 */
export function poisoned(topics: readonly MovementTopic[]): SimulatedMessage[] {
  const random = createRandom('poison');
  const key = openShop().products[0]?.id as string;
  const timestamp = Date.UTC(2026, 0, 2);
  const message = (topic: MovementTopic, value: Buffer | null, meant: SimulatedMessage['meant']): SimulatedMessage => ({
    topic,
    key,
    value,
    headers: [{ name: 'trace', value: Buffer.from(random.uuid()) }],
    timestamp,
    meant,
  });

  return topics.flatMap((topic) => {
    const event = (): MovementEvent => ({
      event_id: random.uuid(),
      product_id: key,
      quantity: random.integer(1, 5),
      timestamp: new Date(timestamp).toISOString(),
      ...own[topic],
    });
    const good = () => {
      const sent = event();
      return message(topic, json(sent), { outcome: 'accepted', productId: key, change: effectOf(sent) });
    };
    const bad = malformedMovements[topic].map((each) => {
      const { value, ...meant } = malform([each], event(), random);
      return message(topic, value, { outcome: 'rejected', ...meant });
    });
    const unknown = message(topic, json({ ...event(), product_id: 'p-0000' }), {
      outcome: 'rejected',
      reason: 'unknown_product',
      kind: 'unknown product',
    });
    return [good(), ...[...bad, unknown].flatMap((poison) => [poison, good()])];
  });
}

const own = {
  online_orders: { order_id: 'o-1' },
  store_sales: { order_id: 'o-2', store_id: 'store-1' },
  supplier_restocks: { supplier_id: 'supplier-1' },
} as const;

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
