/** A consumer: gives the records of one partition their effect, exactly once. */
import type { z } from 'zod';
import { framesOf } from '#domain/record-frames.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';

/** Counts the records of a batch by what became of them. */
export interface Counts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Records that an earlier delivery had already covered. */
  readonly redelivered: number;
}

/**
 * Throws only when infrastructure fails; a bad record becomes a dead letter.
 *
 * @param deadline when its transactions must have ended, in milliseconds since 1970; a minute from now if absent
 */
export type Consume<Event extends z.ZodObject> = (
  stream: Stream<Event>,
  batch: PartitionBatch,
  deadline?: number,
) => Promise<Counts>;

/** What one delivery made of its records. */
export interface Done extends Omit<Counts, 'redelivered'> {
  readonly records: number;
}

/** @param deliveries of the batch's records, and maybe of others that an earlier attempt had begun with them */
export function countsOf(batch: PartitionBatch, deliveries: readonly Done[]): Counts {
  const sum = (of: keyof Done) => deliveries.reduce((total, delivery) => total + delivery[of], 0);
  const redelivered = Math.max(0, framesOf(batch).count - sum('records'));
  return { accepted: sum('accepted'), duplicates: sum('duplicates'), rejected: sum('rejected'), redelivered };
}
