/** Follows one id of any kind through every place that has it. */
import { describedStreams } from '#domain/streams.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { deliveriesThatMayHold } from './deliveries.ts';
import { inLatest } from './latest.ts';
import { inObjects, type Progress } from './objects.ts';
import { type Place, spellings, uuidOf } from './place.ts';
import { inKafka, inTooLarge } from './records.ts';
import { inDeadLetters, inPayments, inProducts, inStock, inWarehouse } from './rows.ts';
import { inTables } from './tables.ts';

/**
 * In the order of a record's way, with the records that Kafka still holds.
 *
 * @param progress called after each object of the lake that was read
 */
export const trace = askable(
  'trace',
  async (backbone: Pick<Backbone, 'pool' | 'lake' | 'kafka'>, id: string, progress: Progress): Promise<Place[]> => {
    const places = [...(await placesOf(backbone, id, progress)), ...(await inTooLarge(backbone, id))];
    return [...(await inKafka(await backbone.kafka(), places)), ...places];
  },
);

const isDescribed = ({ topic }: { readonly topic: string }): boolean =>
  describedStreams.some((stream) => stream.topic === topic);

/** Every place but Kafka. It finds every copy of a repeated event. */
export async function placesOf(
  { pool, lake }: Pick<Backbone, 'pool' | 'lake'>,
  id: string,
  progress: Progress = () => {},
): Promise<Place[]> {
  const deliveries = await deliveriesThatMayHold(pool, spellings(id));
  return [
    // Orders and clicks have UUIDs only, and deliveries from before there were filters may hold any id.
    ...(await inObjects(
      { pool, lake },
      uuidOf(id) ? deliveries : deliveries.filter(isDescribed),
      spellings(id),
      progress,
    )),
    ...(await inWarehouse(pool, id)),
    ...(await inPayments(pool, id)),
    ...(await inLatest(pool, id)),
    ...(await inProducts(pool, id)),
    ...(await inStock(pool, deliveries, id)),
    ...(await inTables(pool, deliveries, id)),
    ...(await inDeadLetters(pool, id)),
  ];
}
