/** Records that look odd and are right: a pipeline that rejects one of them is too strict. */
import type { SimulatedMessage } from './messages.ts';
import type { OrderEvent } from './orders.ts';
import type { Random } from './random.ts';

type Unusual = Partial<Pick<SimulatedMessage, 'key' | 'headers'>> & { readonly json: string };

interface Kind {
  readonly kind: string;
  readonly make: (order: OrderEvent) => Unusual;
}

export const unusualKinds: readonly Kind[] = [
  { kind: 'unknown field', make: (order) => ({ json: JSON.stringify({ ...order, coupon: 'SPRING', loyalty: [1] }) }) },
  { kind: 'null key', make: (order) => ({ key: null, json: JSON.stringify(order) }) },
  {
    kind: 'headers',
    make: (order) => ({
      headers: [{ name: 'source', value: Buffer.from('till 7, Zürich') }],
      json: JSON.stringify(order),
    }),
  },
  { kind: 'amount as text', make: (order) => withAmount(order, `"${order.amount.toFixed(2)}"`) },
  { kind: 'amount with zeros', make: (order) => withAmount(order, `${order.amount.toFixed(2)}0`) },
  { kind: 'amount with exponent', make: (order) => withAmount(order, `${Math.round(order.amount * 100)}e-2`) },
  { kind: 'a second amount inside', make: (order) => ({ json: JSON.stringify({ ...order, tax: { amount: 0.01 } }) }) },
  { kind: 'spaces', make: (order) => ({ json: `\n${JSON.stringify(order, null, '\t')}\n` }) },
  {
    kind: 'other sequence',
    make: (order) => ({ json: JSON.stringify(Object.fromEntries(Object.entries(order).reverse())) }),
  },
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

export function unusual(order: OrderEvent, random: Random): Unusual {
  return random.pick(unusualKinds).make(order);
}

function withAmount(order: OrderEvent, amount: string): Unusual {
  return { json: JSON.stringify({ ...order, amount: null }).replace('"amount":null', `"amount":${amount}`) };
}

/** The same instant, five and a half hours later on the clock. */
function inIndia(createdAt: string): string {
  const later = new Date(Date.parse(createdAt) + 330 * 60_000).toISOString();
  return `${later.slice(0, 19)}${createdAt.slice(19, -1)}+05:30`;
}
