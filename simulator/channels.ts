/**
 * The places where stock moves: the online store, physical stores and suppliers. They share one interface, and each draws
 * from random numbers of its own, so that none changes what another does.
 */
import type { Store, SupplierDetails } from './assortment.ts';
import { createCalendar } from './calendar.ts';
import type { MovementEvent, MovementTopic } from './movements.ts';
import { isoMicros } from './orders.ts';
import type { Purchase } from './purchases.ts';
import type { Random } from './random.ts';
import type { Shelves } from './shelves.ts';
import type { Product } from './shop.ts';

export interface Channel {
  readonly name: string;
  readonly topic: MovementTopic;
  /** The movements of stock there during this purchase. Call it once for each purchase. */
  events(purchase: Purchase): readonly MovementEvent[];
}

/** Takes every purchase from the shelf under the order's id, even if the shelf is empty. */
export class OnlineStore implements Channel {
  readonly name = 'online store';
  readonly topic = 'online_orders';
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  events({ orderId, product, quantity, cents, at, micros }: Purchase): readonly MovementEvent[] {
    // A credit gives money back. Returned goods are not for sale again until someone has inspected them.
    if (cents < 0) return [];
    const event_id = this.#random.uuid();
    return [{ event_id, product_id: product.id, quantity, timestamp: isoMicros(at, micros), order_id: orderId }];
  }
}

const BASKET = [1, 1, 2, 3];
const PIECES = [1, 1, 1, 2];

/** Sells baskets at the till: events that share an order id. Never sells more than the shelf holds. */
export class PhysicalStore implements Channel {
  readonly name: string;
  readonly topic = 'store_sales';
  readonly #store: Store;
  readonly #products: readonly Product[];
  readonly #shelves: Shelves;
  readonly #random: Random;

  constructor(store: Store, products: readonly Product[], shelves: Shelves, random: Random) {
    this.name = store.name;
    this.#store = store;
    this.#products = products;
    this.#shelves = shelves;
    this.#random = random;
  }

  events({ at }: Purchase): readonly MovementEvent[] {
    const random = this.#random;
    if (!random.chance(this.#store.salesPerPurchase)) return [];
    const order_id = `${this.#store.id}-${random.uuid()}`;
    const timestamp = new Date(at).toISOString();
    const basket = new Set(Array.from({ length: random.favour(BASKET) }, () => random.favour(this.#products)));
    return [...basket].flatMap(({ id: product_id }) => {
      const quantity = random.favour(PIECES);
      if (this.#shelves.onHand(product_id) < quantity) return [];
      return [{ event_id: random.uuid(), product_id, quantity, timestamp, order_id, store_id: this.#store.id }];
    });
  }
}

/** In turns. A full shelf lasts about 20,000; the supplier is called when a tenth is left. */
const LEAD_TIME = { usual: [50, 400], late: [3_000, 10_000] } as const;
const CARTON = 6;

/** Called when a shelf of its products runs low; fills it up some time later, in time or too late. */
export class Supplier implements Channel {
  readonly name: string;
  readonly topic = 'supplier_restocks';
  readonly #id: string;
  readonly #shelves: Shelves;
  readonly #random: Random;
  readonly #late: number;
  readonly #deliveries = createCalendar<Product>();

  /** @param late share of deliveries that come too late */
  constructor({ id, name }: SupplierDetails, shelves: Shelves, random: Random, late: number) {
    this.name = name;
    this.#id = id;
    this.#shelves = shelves;
    this.#random = random;
    this.#late = late;
  }

  events({ at }: Purchase): readonly MovementEvent[] {
    const due = this.#deliveries.next();
    for (const product of this.#shelves.takeLow(this.#id)) {
      const [from, to] = this.#random.chance(this.#late) ? LEAD_TIME.late : LEAD_TIME.usual;
      this.#deliveries.put(this.#random.integer(from, to), product);
    }
    return due.map(({ id: product_id, full }) => {
      const quantity = Math.ceil((full - this.#shelves.onHand(product_id)) / CARTON) * CARTON;
      const timestamp = new Date(at).toISOString();
      return { event_id: this.#random.uuid(), product_id, quantity, timestamp, supplier_id: this.#id };
    });
  }
}
