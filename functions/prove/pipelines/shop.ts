/** What is proved of the shop's tables that follow a topic, whose records replace one another. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';
import { type Check, check, faultsIn, locate, noFaults } from '../proof.ts';
import { query } from '../queries.ts';
import type { Sources } from '../sources.ts';
import type { ProvenStream } from '../stream.ts';

interface ChangedRow {
  readonly partition: number | null;
  readonly kafka_offset: number | null;
  readonly isInPlace: boolean;
  readonly total: number;
}

/** Rows are named by the place of their record: who may look at a proof needn't know customers. */
export async function proveShop(
  { stream: { consumer, topic } }: ProvenStream,
  _: Sources,
  transaction: Transaction,
): Promise<{ readonly checks: readonly Check[] }> {
  const [sums] = await query<Record<'written' | 'there', string>>(transaction, 'shop_rows', [consumer, topic]);
  const changed = await query<ChangedRow>(transaction, 'shop_rows_changed', [consumer, topic]);
  const { written = '0', there = '0' } = sums ?? {};
  const describe = ({ partition, kafka_offset, isInPlace }: ChangedRow) => {
    const place = locate({
      ...{ topic, partition: partition ?? -1 },
      ...{ firstOffset: kafka_offset ?? -1, lastOffset: kafka_offset ?? -1 },
    });
    return `${place}: ${isInPlace ? 'its row isn’t as it was written' : 'no delivery has put its row there'}`;
  };
  return {
    checks: [
      noFaults(`${topic}: every row of shop.${topic} is as its record made it`, faultsIn(changed, describe)),
      check(
        `${topic}: what deliveries wrote, less what they replaced, is what stands in shop.${topic}`,
        written,
        there,
      ),
      ...(topic === streams.products.topic ? [await shelvesCheck(transaction)] : []),
    ],
  };
}

async function shelvesCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<{ product_id: string; total: number }>(transaction, 'shop_shelves');
  const describe = ({ product_id }: { product_id: string }) =>
    `product ${product_id} has no row in inventory.inventory`;
  return noFaults('products: every product has its shelf', faultsIn(rows, describe));
}
