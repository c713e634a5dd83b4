import type { Pool } from '#adapters/postgres/index.ts';
import type { KafkaRecord } from '#domain/records.ts';

const PRODUCTS = 1_000;

export async function stockShelves(pool: Pool): Promise<void> {
  await pool.query(
    `insert into shop.products (product_id, name, category, price)
     select 'product-' || n, 'Product ' || n, 'books', 9.99 from generate_series(0, $1::int - 1) as n`,
    [PRODUCTS],
  );
  await pool.query(
    `insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand)
     select product_id, 1000, 1000 from shop.products`,
  );
}

/**
 * Sales of all products, one event each, without repeats, as Kafka holds them: the key is the product and decides the
 * partition, and each partition counts its own offsets.
 */
export function sales(count: number, partitions = 1): KafkaRecord[][] {
  const kept = Array.from({ length: partitions }, (): KafkaRecord[] => []);
  for (let n = 0; n < count; n++) {
    const product = (n * 31) % PRODUCTS;
    const partition = kept[product % partitions];
    partition?.push(sale(n, `product-${product}`, partition.length));
  }
  return kept;
}

const sale = (n: number, product: string, offset: number): KafkaRecord => ({
  offset,
  timestamp: 1_765_411_201_000,
  key: Buffer.from(product),
  value: Buffer.from(
    JSON.stringify({
      event_id: `00000000-0000-4000-8000-${String((n * 7919) % 1e9).padStart(12, '0')}`,
      order_id: `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`,
      product_id: product,
      quantity: (n % 3) + 1,
      timestamp: '2026-01-02T03:04:05.678901Z',
    }),
  ),
  headers: [],
});
