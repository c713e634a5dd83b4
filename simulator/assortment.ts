/** The assortment: names of products, their suppliers, the stores that sell them, and how many pieces a shelf holds. */
import type { Random } from './random.ts';

export interface SupplierDetails {
  readonly id: string;
  readonly name: string;
  readonly contact: string;
}

export interface Store {
  readonly id: string;
  readonly name: string;
  /** Baskets for each online purchase. */
  readonly salesPerPurchase: number;
}

/** In pieces. */
export interface Shelf {
  /** On hand before the first sale. */
  readonly opening: number;
  readonly full: number;
  /** The supplier is called when no more than this is left. */
  readonly threshold: number;
}

interface Category {
  readonly name: string;
  readonly typicalCents: number;
  readonly weight: number;
  readonly supplier: string;
  readonly goods: readonly string[];
}

/** Every run of the simulator depends on these weights and prices: changing one changes the orders. */
export const categories: readonly Category[] = [
  category('electronics', 14_900, 5, 'Nordlicht Elektronik', [
    'headphones',
    'keyboard',
    'speaker',
    'charger',
    'camera',
  ]),
  category('fashion', 3_900, 6, 'Tessuti Bianchi', ['scarf', 'jacket', 'shirt', 'belt', 'socks']),
  category('home', 2_900, 5, 'Maison & Fils', ['lamp', 'vase', 'blanket', 'kettle', 'mirror']),
  category('beauty', 1_500, 4, 'Rosewater Labs', ['soap', 'shampoo', 'hand cream', 'perfume', 'comb']),
  category('sports', 4_500, 3, 'Fjäll Sport', ['football', 'yoga mat', 'water bottle', 'backpack', 'gloves']),
  category('toys', 1_900, 3, 'Karel the Toymaker', ['puzzle', 'train', 'kite', 'doll', 'marbles']),
  category('books', 1_300, 4, 'O’Hara Books', ['novel', 'atlas', 'cookbook', 'diary', 'picture book']),
  category('groceries', 450, 4, 'Finca del Sol', ['olive oil', 'coffee', 'honey', 'pasta', 'tea']),
];

export const suppliers: readonly SupplierDetails[] = categories.map(({ supplier: name }, index) => ({
  id: supplierId(index),
  name,
  contact: `orders@${supplierId(index)}.example`,
}));

/** Largest first; together about six baskets for ten online purchases. */
export const stores: readonly Store[] = [
  ['Berlin', 0.15],
  ['Paris', 0.12],
  ['London', 0.1],
  ['Milano', 0.08],
  ['Zürich', 0.06],
  ['Kraków', 0.05],
  ['Malmö', 0.04],
].map(([city, salesPerPurchase], index) => ({
  id: `store-${String(index + 1).padStart(2, '0')}`,
  name: `store ${city}`,
  salesPerPurchase: Number(salesPerPurchase),
}));

const looks = ['red', 'blue', 'green', 'small', 'large', 'light', 'classic', 'folding', 'striped', 'dark'];

/** Two products may share a name, as in real shops. */
export function productName({ goods }: Category, random: Random): string {
  const name = `${random.pick(looks)} ${random.pick(goods)}`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Pieces of all products sold while one full shelf lasts: about 20,000 purchases. */
const SOLD_PIECES = 50_000;
const SMALLEST_SHELF = 24;

/** A shelf holds what is sold of its product in that time; the supplier is called when a tenth is left. */
export function shelf(rank: number, products: number, random: Random): Shelf {
  const share = favoured((rank + 1) / products) - favoured(rank / products);
  const full = Math.max(SMALLEST_SHELF, Math.round(SOLD_PIECES * share));
  const threshold = Math.ceil(full / 10);
  return { opening: random.integer(threshold + 1, full), full, threshold };
}

/** How often `Random.favour`, the product of two fractions, is below x. */
const favoured = (x: number): number => (x === 0 ? 0 : x * (1 - Math.log(x)));

export const supplierOf = (category: Category): string => supplierId(categories.indexOf(category));

function supplierId(index: number): string {
  return `supplier-${String(index + 1).padStart(2, '0')}`;
}

function category(name: string, typicalCents: number, weight: number, supplier: string, goods: string[]): Category {
  return { name, typicalCents, weight, supplier, goods };
}
