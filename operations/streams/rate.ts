/** How many records of a stream are dealt with, as the ledger has it: Kafka isn't asked. */
import type { Stream } from '#domain/streams.ts';
import type { Backbone } from '../backbone.ts';
import { rateOf } from './figures.ts';
import { lastDeliveries } from './last-deliveries.ts';

/** Of each partition. */
const ASKED = 50;

/** @returns records a second over the last five minutes */
export async function streamRate(backbone: Pick<Backbone, 'pool'>, stream: Stream): Promise<number> {
  const deliveries = await lastDeliveries(backbone, stream, ASKED);
  const byPartition = [...Map.groupBy(deliveries, ({ partition }) => partition).values()];
  return byPartition.reduce((sum, own) => sum + rateOf(own), 0);
}
