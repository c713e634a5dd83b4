/** The channels' movements of stock as messages, with their faults: one feed, since all channels share the shelves. */
import { type Channel, OnlineStore, PhysicalStore, Supplier } from './channels.ts';
import { createDetour, distance, type Shares } from './faults.ts';
import { malform } from './malformed.ts';
import type { Feed, SimulatedMessage } from './messages.ts';
import { effectOf, type MovementEvent, type MovementTopic, malformedMovements } from './movements.ts';
import { createRandom, type Random } from './random.ts';
import { Shelves } from './shelves.ts';
import type { Shop } from './shop.ts';
import { unusual, unusualMovements } from './unusual.ts';

export function createInventoryFeed(seed: number, { products, stores, suppliers }: Shop, shares: Shares): Feed {
  const shelves = new Shelves(products);
  const random = (name: string) => createRandom(`${name}:${seed}`);
  const channels: readonly Channel[] = [
    new OnlineStore(random('online store')),
    ...stores.map((store) => new PhysicalStore(store, products, shelves, random(store.id))),
    ...suppliers.map((supplier) => new Supplier(supplier, shelves, random(supplier.id), shares.oversold)),
  ];
  const lines = [...new Set(channels.map(({ topic }) => topic))].map((topic) => ({
    channels: channels.filter((channel) => channel.topic === topic),
    ...createLine(topic, random(`faults of ${topic}`), shares),
  }));
  return {
    *messages(purchase) {
      for (const { channels, arriving, messagesOf } of lines) {
        yield* arriving(purchase.at);
        for (const channel of channels)
          for (const event of channel.events(purchase)) {
            shelves.move(event.product_id, effectOf(event));
            yield* messagesOf(event, purchase.at);
          }
      }
    },
    *rest() {
      for (const { rest } of lines) yield* rest();
    },
  };
}

/** The way from the channels to a topic. A repeat or conflict always follows its event under the same key. */
function createLine(topic: MovementTopic, random: Random, shares: Shares) {
  const detour = createDetour();
  const rejected = (
    event: MovementEvent,
    timestamp: number,
    meant: SimulatedMessage['meant'],
    json?: Buffer | null,
  ) => {
    const value = json === undefined ? Buffer.from(JSON.stringify(event)) : json;
    return { topic, key: event.product_id, value, headers: [], timestamp, meant };
  };

  function* messagesOf(event: MovementEvent, timestamp: number): Generator<SimulatedMessage> {
    const message = movementMessage(topic, event, timestamp, random.chance(shares.unusual) ? random : undefined);
    const late = random.chance(shares.late) ? distance(random) : 0;
    if (late === 0) yield message;
    else detour.put(late, message);

    if (random.chance(shares.duplicates))
      detour.put(late + distance(random), { ...message, meant: { outcome: 'duplicate' } });
    if (random.chance(shares.malformed)) {
      const { kind, reason, value } = malform(malformedMovements[topic], { ...event, event_id: random.uuid() }, random);
      yield rejected(event, timestamp, { outcome: 'rejected', reason, kind }, value);
    }
    if (random.chance(shares.unknownProducts)) {
      const stranger = { ...event, event_id: random.uuid(), product_id: random.pick(lookalikes(event.product_id)) };
      yield rejected(stranger, timestamp, { outcome: 'rejected', reason: 'unknown_product', kind: 'unknown product' });
    }
    // Without a key the two would land in different partitions, and either could be read first.
    if (random.chance(shares.conflicts) && message.key !== null) {
      const other = { ...event, quantity: event.quantity + random.integer(1, 5) };
      const meant = { outcome: 'rejected', reason: 'conflict', kind: 'other quantity' } as const;
      detour.put(late + distance(random), rejected(other, timestamp, meant));
    }
  }
  return { arriving: detour.arriving, rest: detour.rest, messagesOf };
}

/** @param random given if the message shall be an unusual one */
function movementMessage(
  topic: MovementTopic,
  event: MovementEvent,
  timestamp: number,
  random: Random | undefined,
): SimulatedMessage {
  const { json, ...odd } = random ? unusual(unusualMovements, event, random) : { json: JSON.stringify(event) };
  const meant = { outcome: 'accepted', productId: event.product_id, change: effectOf(event) } as const;
  return { topic, key: event.product_id, value: Buffer.from(json), headers: [], timestamp, meant, ...odd };
}

/** Products that the shop does not have; some ids differ from a real one only slightly. */
function lookalikes(productId: string): readonly string[] {
  return ['p-0000', `x${productId.slice(1)}`, productId.toUpperCase(), `${productId} `];
}
