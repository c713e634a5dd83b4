/** Orders as a shop's producer would send them, drawn from a seed: the same for every contender. */

export interface KafkaRecordEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly timestampType: 'CREATE_TIME';
  readonly key: string;
  readonly value: string;
  readonly headers: readonly Record<string, number[]>[];
}

const currencies = ['EUR', 'USD', 'GBP', 'SEK'];
const categories = ['books', 'electronics', 'garden', 'groceries', 'home', 'shoes', 'sports', 'toys'];
const countries = ['AT', 'CH', 'DE', 'ES', 'FR', 'GB', 'IT', 'NL', 'PL', 'SE', 'US'];
const FIRST_ORDER = Date.UTC(2025, 11, 11);

export interface Order {
  readonly key: string;
  readonly timestamp: number;
  /** JSON. */
  readonly value: string;
}

/** Endless orders, the same for the same seed: the values of Kafka records as JSON, about 208 bytes each. */
export function* orders(seed: number): Generator<Order> {
  const random = seededRandom(seed);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  const hex = (): string =>
    Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  const uuid = (): string => {
    const [a, b, c, d] = [hex(), hex(), hex(), hex()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
  };
  for (let n = 0; ; n++) {
    const timestamp = FIRST_ORDER + n * 3;
    const key = uuid();
    const value = JSON.stringify({
      order_id: uuid(),
      user_id: key,
      amount: Math.floor(random() * 50_000) / 100,
      currency: pick(currencies),
      category: pick(categories),
      country: pick(countries),
      created_at: new Date(timestamp).toISOString(),
    });
    yield { key, timestamp, value };
  }
}

/** The records of one partition as Lambda's Kafka event source delivers them, in batches. */
export function* batches(count: number, batchSize: number, seed = 1): Generator<KafkaRecordEvent[]> {
  const source = orders(seed);
  for (let offset = 0; offset < count; ) {
    const batch: KafkaRecordEvent[] = [];
    for (; batch.length < batchSize && offset < count; offset++) {
      const { value: order } = source.next();
      if (!order) return;
      batch.push({
        topic: 'orders',
        partition: 0,
        offset,
        timestamp: order.timestamp,
        timestampType: 'CREATE_TIME',
        key: Buffer.from(order.key).toString('base64'),
        value: Buffer.from(order.value).toString('base64'),
        headers: [],
      });
    }
    yield batch;
  }
}

/** From 0 to 1, mulberry32, with good distribution: https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
