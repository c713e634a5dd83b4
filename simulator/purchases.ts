/** Purchases. All topics are about the same ones, so their events carry the same ids. */
import type { Random } from './random.ts';
import { type Customer, exchange, type Product, type Shop } from './shop.ts';

export interface Purchase {
  readonly orderId: string;
  readonly customer: Customer;
  readonly product: Product;
  /** Pieces; a credit returns them. */
  readonly quantity: number;
  /** In the currency of the customer's country; negative for a credit. */
  readonly cents: number;
  /** Microseconds within the millisecond of `at`: shops with precise clocks send them. */
  readonly micros: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const quantities = [1, 1, 1, 2, 2, 3, 4, 5];

/** One purchase in this many is a credit. */
const CREDITS = 200;

/**
 * @param clock called once for each purchase, in order
 */
export function* purchases(random: Random, shop: Shop, count: number, clock: () => number): Generator<Purchase> {
  for (let made = 0; made < count; made++) {
    const customer = random.favour(shop.customers);
    const product = random.favour(shop.products);
    const quantity = random.favour(quantities);
    const cents = exchange(product.cents * quantity, customer.country.currency);
    yield {
      orderId: random.uuid(),
      customer,
      product,
      quantity,
      cents: random.integer(1, CREDITS) === 1 ? -cents : cents,
      micros: random.integer(0, 999),
      at: clock(),
    };
  }
}
