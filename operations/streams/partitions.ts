/** A topic, partition by partition: how far its consumer is, how fast records come and go, and what they look like. */
import { columnsOf } from '#domain/columns.ts';
import { catalogue, type Stream } from '#domain/streams.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { exampleOf } from './example.ts';
import { figuresOf, type PartitionFigures, RATE_SECONDS, skewOf } from './figures.ts';
import { lastDeliveries } from './last-deliveries.ts';

export interface StreamLook {
  readonly topic: string;
  /** The function that consumes it; null of a topic that functions write to. */
  readonly consumer: string | null;
  readonly partitions: readonly PartitionFigures[];
  readonly skew: number | null;
  /** How its records are cut into batches; null if no function consumes it, as the next. */
  readonly batching: { readonly records: number; readonly seconds: number } | null;
  readonly schema: Schema | null;
}

export interface Schema {
  /** The field that keys its records. */
  readonly key: string;
  readonly fields: readonly {
    readonly name: string;
    readonly kind: string;
    readonly description: string;
    /** May be missing or null. */
    readonly optional: boolean;
  }[];
  /** A value that its consumer takes, as JSON. */
  readonly example: string;
}

/** Deliveries of each partition that its rate and its batches are taken from. */
const ASKED = 50;

/** @param topic that there is */
export const lookAtStream = askable(
  'lookAtStream',
  async (backbone: Pick<Backbone, 'pool' | 'kafka'>, topic: string, now: Date = new Date()): Promise<StreamLook> => {
    const stream = catalogue.find((each) => each.topic === topic);
    const kafka = await backbone.kafka();
    // The ledger first: what it deals with meanwhile still counts as waiting.
    const positions = await positionsOf(backbone, topic);
    const deliveries =
      stream && Map.groupBy(await lastDeliveries(backbone, stream, ASKED), ({ partition }) => partition);
    const offsets = await kafka.offsets(topic);
    const since = await kafka.offsetsAt(topic, new Date(now.getTime() - RATE_SECONDS * 1_000));
    const partitions = offsets.map((each) =>
      figuresOf({
        offsets: each,
        since: since.get(each.partition) ?? each.latest,
        next: positions.get(each.partition) ?? null,
        deliveries: deliveries && (deliveries.get(each.partition) ?? []),
      }),
    );
    return {
      ...{ topic, partitions, skew: skewOf(partitions), consumer: stream?.consumer ?? null },
      batching: stream
        ? { records: stream.batching.batchSize, seconds: stream.batching.maximumBatchingWindowInSeconds }
        : null,
      schema: stream ? schemaOf(stream) : null,
    };
  },
);

async function positionsOf({ pool }: Pick<Backbone, 'pool'>, topic: string): Promise<ReadonlyMap<number, number>> {
  const { rows } = await pool.query<{ partition: number; next: number }>(
    'select partition, next_offset as next from ledger.partitions where topic = $1',
    [topic],
  );
  return new Map(rows.map(({ partition, next }) => [partition, next]));
}

const schemaOf = (stream: Stream): Schema => ({
  key: stream.key,
  fields: columnsOf(stream.event).map(({ name, kind, description, optional, nullable }) => ({
    ...{ name, kind, description },
    optional: optional || nullable,
  })),
  example: exampleOf(stream),
});
