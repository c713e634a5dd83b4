/** Records that look odd and are valid: a pipeline that rejects one is too strict. */
import type { ShopperEvent } from './journeys.ts';
import type { SimulatedMessage } from './messages.ts';
import type { MovementEvent } from './movements.ts';
import type { OrderEvent } from './orders.ts';
import type { PaymentEvent } from './payments.ts';
import type { Random } from './random.ts';

type Unusual = Partial<Pick<SimulatedMessage, 'key' | 'headers'>> & { readonly json: string };

interface UnusualKind<Event extends object> {
  readonly kind: string;
  readonly make: (event: Event) => Unusual;
}

const unknownField = of('unknown field', (event) => ({
  json: JSON.stringify({ ...event, coupon: 'SPRING', loyalty: [1] }),
}));
const nullKey = of('null key', (event) => ({ key: null, json: JSON.stringify(event) }));
const headers = of('headers', (event) => ({
  headers: [{ name: 'source', value: Buffer.from('till 7, Zürich') }],
  json: JSON.stringify(event),
}));
const spaces = of('spaces', (event) => ({ json: `\n${JSON.stringify(event, null, '\t')}\n` }));
const otherSequence = of('other sequence', (event) => ({
  json: JSON.stringify(Object.fromEntries(Object.entries(event).reverse())),
}));

interface WithAmount {
  readonly amount: number;
}

const amounts: readonly UnusualKind<WithAmount>[] = [
  { kind: 'amount as text', make: (event) => withAmount(event, `"${event.amount.toFixed(2)}"`) },
  { kind: 'amount with zeros', make: (event) => withAmount(event, `${event.amount.toFixed(2)}0`) },
  { kind: 'amount with exponent', make: (event) => withAmount(event, `${Math.round(event.amount * 100)}e-2`) },
  { kind: 'a second amount inside', make: (event) => ({ json: JSON.stringify({ ...event, tax: { amount: 0.01 } }) }) },
];

export const unusualKinds: readonly UnusualKind<OrderEvent>[] = [
  unknownField,
  nullKey,
  headers,
  ...amounts,
  spaces,
  otherSequence,
  {
    kind: 'upper case',
    make: (order) => ({ json: JSON.stringify({ ...order, order_id: order.order_id.toUpperCase() }) }),
  },
  {
    kind: 'time zone',
    make: (order) => ({ json: JSON.stringify({ ...order, created_at: inIndia(order.created_at) }) }),
  },
  { kind: 'null product', make: (order) => ({ json: JSON.stringify({ ...order, product_id: null, quantity: null }) }) },
];

export const unusualPayments: readonly UnusualKind<PaymentEvent>[] = [
  unknownField,
  nullKey,
  headers,
  ...amounts,
  spaces,
  otherSequence,
  {
    kind: 'upper case',
    make: (event) => ({ json: JSON.stringify({ ...event, transaction_id: event.transaction_id.toUpperCase() }) }),
  },
  {
    kind: 'time zone',
    make: (event) => ({ json: JSON.stringify({ ...event, event_time: inIndia(event.event_time) }) }),
  },
];

export const unusualShopperEvents: readonly UnusualKind<ShopperEvent>[] = [
  unknownField,
  nullKey,
  headers,
  spaces,
  otherSequence,
  {
    kind: 'upper case',
    make: (event) => ({ json: JSON.stringify({ ...event, event_id: event.event_id.toUpperCase() }) }),
  },
  {
    kind: 'time zone',
    make: (event) => ({ json: JSON.stringify({ ...event, occurred_at: inIndia(event.occurred_at) }) }),
  },
  {
    kind: 'null order',
    make: (event) => ({ json: JSON.stringify({ order_id: null, amount: null, currency: null, ...event }) }),
  },
];

export const unusualPurchases: readonly UnusualKind<ShopperEvent & WithAmount>[] = [
  ...unusualShopperEvents,
  ...amounts,
];

export const unusualMovements: readonly UnusualKind<MovementEvent>[] = [
  unknownField,
  nullKey,
  headers,
  spaces,
  otherSequence,
  { kind: 'quantity with decimals', make: (event) => withQuantity(event, `${event.quantity}.00`) },
  { kind: 'quantity with exponent', make: (event) => withQuantity(event, `${event.quantity}0e-1`) },
  {
    kind: 'time zone',
    make: (event) => ({ json: JSON.stringify({ ...event, timestamp: inIndia(event.timestamp) }) }),
  },
];

export function unusual<Event extends object>(
  kinds: readonly UnusualKind<Event>[],
  event: Event,
  random: Random,
): Unusual {
  return random.pick(kinds).make(event);
}

function of(kind: string, make: (event: object) => Unusual): UnusualKind<object> {
  return { kind, make };
}

function withAmount(event: WithAmount, amount: string): Unusual {
  return { json: JSON.stringify({ ...event, amount: null }).replace('"amount":null', `"amount":${amount}`) };
}

function withQuantity(event: MovementEvent, quantity: string): Unusual {
  return { json: JSON.stringify({ ...event, quantity: null }).replace('"quantity":null', `"quantity":${quantity}`) };
}

/** The same instant in a time zone five and a half hours ahead. */
function inIndia(time: string): string {
  const later = new Date(Date.parse(time) + 330 * 60_000).toISOString();
  return `${later.slice(0, 19)}${time.slice(19, -1)}+05:30`;
}
