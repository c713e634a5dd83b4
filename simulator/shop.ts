/** The shop's customers and products. They do not depend on the seed, so tables filled with them fit every run. */
import {
  categories,
  productName,
  type Shelf,
  type Store,
  type SupplierDetails,
  shelf,
  stores,
  supplierOf,
  suppliers,
} from './assortment.ts';
import { createRandom, type Random } from './random.ts';

export interface Country {
  /** ISO 3166. */
  readonly code: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly weight: number;
}

export interface Customer {
  readonly id: string;
  readonly country: Country;
}

export interface Product extends Shelf {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  /** Euro cents. */
  readonly cents: number;
  readonly supplierId: string;
}

export interface Shop {
  readonly customers: readonly Customer[];
  /** Best sellers first. */
  readonly products: readonly Product[];
  readonly stores: readonly Store[];
  readonly suppliers: readonly SupplierDetails[];
}

const countries: readonly Country[] = [
  { code: 'DE', currency: 'EUR', weight: 18 },
  { code: 'FR', currency: 'EUR', weight: 12 },
  { code: 'ES', currency: 'EUR', weight: 8 },
  { code: 'IT', currency: 'EUR', weight: 8 },
  { code: 'NL', currency: 'EUR', weight: 5 },
  { code: 'GB', currency: 'GBP', weight: 12 },
  { code: 'US', currency: 'USD', weight: 20 },
  { code: 'CA', currency: 'CAD', weight: 5 },
  { code: 'CH', currency: 'CHF', weight: 4 },
  { code: 'SE', currency: 'SEK', weight: 3 },
  { code: 'PL', currency: 'PLN', weight: 5 },
  { code: 'JP', currency: 'JPY', weight: 6 },
  { code: 'IN', currency: 'INR', weight: 7 },
];

/** Exchange rates of one euro, fixed so that runs are repeatable; `step` is the smallest sum in use, in hundredths. */
const currencies: Readonly<Record<string, { readonly rate: number; readonly step: number }>> = {
  EUR: { rate: 1, step: 1 },
  GBP: { rate: 0.86, step: 1 },
  USD: { rate: 1.09, step: 1 },
  CAD: { rate: 1.49, step: 1 },
  CHF: { rate: 0.95, step: 5 },
  SEK: { rate: 11.3, step: 1 },
  PLN: { rate: 4.3, step: 1 },
  JPY: { rate: 163, step: 100 },
  INR: { rate: 91, step: 1 },
};

export function openShop(options: { customers?: number; products?: number } = {}): Shop {
  const { customers = 5_000, products = 400 } = options;
  const random = createRandom('the shop');
  const shelves = createRandom('its shelves');
  return {
    customers: Array.from({ length: customers }, () => ({ id: random.uuid(), country: random.weighted(countries) })),
    products: Array.from({ length: products }, (_, index) => {
      const category = random.weighted(categories);
      return {
        id: `p-${String(index + 1).padStart(4, '0')}`,
        name: productName(category, shelves),
        category: category.name,
        cents: price(random, category.typicalCents),
        supplierId: supplierOf(category),
        ...shelf(index, products, shelves),
      };
    }),
    stores,
    suppliers,
  };
}

/** Converts euro cents to another currency's cents, rounded to its smallest sum: yen have no decimals. */
export function exchange(euroCents: number, currency: string): number {
  const { rate, step } = currencies[currency] ?? { rate: 1, step: 1 };
  return Math.max(step, Math.round((euroCents * rate) / step) * step);
}

/** Most prices are near the typical one, a few are far above; nearly all end in 9. */
function price(random: Random, typicalCents: number): number {
  const cents = Math.max(99, Math.round(typicalCents * Math.exp(random.normal() * 0.6)));
  return random.chance(0.8) ? Math.floor(cents / 10) * 10 + 9 : cents;
}
