/** Follows one id of any kind through every place that has it. */
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { deliveriesThatMayHold } from './deliveries.ts';
import { inObjects, type Progress } from './objects.ts';
import { type Place, spellings, uuidOf } from './place.ts';
import { inKafka, inTooLarge } from './records.ts';
import { inDeadLetters, inPayments, inProducts, inStock, inWarehouse } from './rows.ts';

export interface Stores {
  readonly pool: Pool;
  readonly lake: Lake;
}

/** In the order of a record's way, with the records that Kafka still holds. */
export async function trace(stores: Stores, kafka: KafkaConnection, id: string, progress: Progress): Promise<Place[]> {
  const places = [...(await placesOf(stores, id, progress)), ...(await inTooLarge(stores.pool, kafka, id))];
  return [...(await inKafka(kafka, places)), ...places];
}

/**
 * Every place but Kafka. It finds every copy of a repeated event.
 *
 * @param progress called after each object of the lake that was read
 */
export async function placesOf({ pool, lake }: Stores, id: string, progress: Progress): Promise<Place[]> {
  const deliveries = await deliveriesThatMayHold(pool, spellings(id));
  const uuid = uuidOf(id);
  return [
    // The lake's streams have UUIDs only.
    ...(uuid ? await inObjects({ pool, lake }, deliveries, uuid, progress) : []),
    ...(await inWarehouse(pool, id)),
    ...(await inPayments(pool, id)),
    ...(await inProducts(pool, id)),
    ...(await inStock(pool, deliveries, id)),
    ...(await inDeadLetters(pool, id)),
  ];
}
