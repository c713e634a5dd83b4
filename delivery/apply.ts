/** What gives records their effect in tables, in the transaction that also notes that they were taken. */
import type { z } from 'zod';
import type { Transaction } from '#adapters/postgres/index.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';
import type { OffsetRange } from '#domain/deliveries.ts';
import { type EventColumns, eventsWithin } from '#domain/event-columns.ts';
import type { ReadBatch } from '#domain/read-batch.ts';
import { framedBatch, framesOf, framesWithin } from '#domain/record-frames.ts';
import type { KafkaRecord, PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { within } from './within.ts';

/** The new part of a batch: the records as they came, and as they were read. */
export interface NewRecords {
  readonly batch: PartitionBatch;
  /** Its usable events, which `Apply` is for. */
  readonly events: EventColumns;
  /** Those that say that something is gone (domain/stream.ts, `cleanup`). */
  readonly tombstones: readonly KafkaRecord[];
  readonly bad: readonly DeadLetter[];
  /** The id of the delivery that they will be. */
  readonly deliveryId: number;
}

export interface Applied {
  readonly duplicates: number;
  /** Sum of the fingerprints of the rows that it has written for these records; decimal text. */
  readonly rowsFingerprint: string;
  /** Readable records that could not be applied, such as those of an unknown product. */
  readonly refused: readonly DeadLetter[];
}

/** Gives the good records their effect, in the transaction that also stores their offsets. */
export type Apply<Event extends z.ZodObject> = (
  transaction: Transaction,
  stream: Stream<Event>,
  records: NewRecords,
) => Promise<Applied>;

/** The part of the batch that lies in the range of a delivery. */
export function newRecords(
  batch: PartitionBatch,
  read: ReadBatch<object>,
  range: OffsetRange,
  deliveryId: number,
): NewRecords {
  return {
    batch: framedBatch(batch.topic, batch.partition, framesWithin(framesOf(batch), range)),
    events: eventsWithin(read.events, range),
    tombstones: within(read.tombstones, range),
    bad: within(read.bad, range),
    deliveryId,
  };
}
