/** The orders of the year before the stream begins, as the shop's own database holds them. */
import type { CopyRows } from '#adapters/postgres/encoded-rows.ts';
import { type Purchase, purchases } from './purchases.ts';
import { createRandom, type Random } from './random.ts';
import { openShop } from './shop.ts';
import { DEFAULT_START } from './simulator.ts';

const DAY_MS = 86_400_000;
const DAYS = 365;
const FIRST_DAY = DEFAULT_START - DAYS * DAY_MS;
/** Small enough that memory does not grow with the history. */
const ROWS_AT_ONCE = 10_000;

/**
 * Depends on the seed alone: a shorter history is the beginning of a longer one, and no order of it occurs in the stream.
 * The orders are not sorted by time.
 */
export function history(seed: number, count: number): Generator<Purchase> {
  const calendar = createRandom(`calendar of the history:${seed}`);
  return purchases(createRandom(`history:${seed}`), openShop(), count, () => timeOf(calendar));
}

/** More orders at weekends, at midday, and from month to month. */
function timeOf(random: Random): number {
  for (;;) {
    const day = random.integer(0, DAYS - 1);
    const weekday = new Date(FIRST_DAY + day * DAY_MS).getUTCDay();
    const busy = (0.6 + (0.4 * day) / DAYS) * (weekday === 0 || weekday === 6 ? 1 : 0.75);
    const time = Math.floor(((random.fraction() + random.fraction()) / 2) * DAY_MS);
    if (random.chance(busy)) return FIRST_DAY + day * DAY_MS + time;
  }
}

/** Columns of shop.orders, in the order of `historyRows`. */
export const historyColumns = [
  'order_id',
  'customer_id',
  'product_id',
  'quantity',
  'amount',
  'currency',
  'country',
  'created_at',
] as const;

/** The history in COPY's format, some thousand orders at a time. */
export async function* historyRows(seed: number, count: number): AsyncGenerator<CopyRows> {
  // Cached: the same few thousand texts occur again and again.
  const known = new Map<string, Uint8Array>();
  const bytes = (text: string): Uint8Array => {
    const found = known.get(text) ?? Buffer.from(text);
    known.set(text, found);
    return found;
  };
  let some: Purchase[] = [];
  for (const purchase of history(seed, count)) {
    some.push(purchase);
    if (some.length < ROWS_AT_ONCE) continue;
    yield rowsOf(some, bytes);
    some = [];
  }
  if (some.length > 0) yield rowsOf(some, bytes);
}

function rowsOf(orders: readonly Purchase[], bytes: (text: string) => Uint8Array): CopyRows {
  return {
    rows: orders.length,
    columns: [
      { kind: 'uuid', values: orders.map(({ orderId }) => Buffer.from(orderId)) },
      { kind: 'uuid', values: orders.map(({ customer }) => bytes(customer.id)) },
      { kind: 'text', values: orders.map(({ product }) => bytes(product.id)) },
      { kind: 'integer', values: orders.map(({ quantity }) => quantity) },
      { kind: 'money', values: orders.map(({ cents }) => BigInt(cents)) },
      { kind: 'text', values: orders.map(({ customer }) => bytes(customer.country.currency)) },
      { kind: 'text', values: orders.map(({ customer }) => bytes(customer.country.code)) },
      { kind: 'timestamp', values: orders.map(({ at, micros }) => BigInt(at) * 1000n + BigInt(micros)) },
    ],
  };
}
