/** Turns a batch into planned deliveries, in one transaction with the partition's row locked. */
import type { z } from 'zod';
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Knowledge, OffsetRange, Question } from '#domain/deliveries.ts';
import { type EventColumns, eventsWithin } from '#domain/event-columns.ts';
import { filterOfEvents } from '#domain/id-filter.ts';
import type { ReadBatch } from '#domain/read-batch.ts';
import { framesOf, framesWithin, type RecordFrames } from '#domain/record-frames.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { abandon, insertDelivery, type OpenDelivery, type Reader } from './ledger.ts';
import { partitionReader } from './ledger-position.ts';
import { planBatch } from './plan-batch.ts';
import { timesOf } from './record-times.ts';
import { hashOfFrames } from './source-hash.ts';
import { within } from './within.ts';

export interface BatchToPlan<Event extends z.ZodObject> {
  readonly stream: Stream<Event>;
  readonly batch: PartitionBatch;
  readonly read: ReadBatch<z.infer<Event>>;
  readonly knowledge: Knowledge;
  /** The key under which the object of these records goes. */
  keyOf(records: RecordFrames): string;
}

export interface PlannedDelivery extends OpenDelivery {
  /** Its object is in the lake, and the batch lacks records to write it again. */
  readonly adopt: boolean;
}

/** In the order in which they must be committed; empty if the whole batch was delivered before. */
export interface Planned {
  readonly deliveries: readonly PlannedDelivery[];
  /** The batch must be planned again once they are committed. */
  readonly unfinished: boolean;
}

export async function planInLedger<Event extends z.ZodObject>(
  transaction: Transaction,
  toPlan: BatchToPlan<Event>,
): Promise<Planned | Question<OpenDelivery>> {
  const { stream, batch, read, knowledge } = toPlan;
  const plan = await planBatch(transaction, stream, batch, read, knowledge);
  if ('ask' in plan) return plan;
  await abandon(transaction, plan.abandoned);
  const reader = partitionReader(stream, batch);
  const deliveries: PlannedDelivery[] = [];
  for (const step of plan.steps)
    deliveries.push(
      step.kind === 'begin'
        ? { ...(await begin(transaction, reader, toPlan, step.range)), adopt: false }
        : { ...step.range, adopt: step.kind === 'adopt' },
    );
  return { deliveries, unfinished: plan.unfinished };
}

async function begin<Event extends z.ZodObject>(
  transaction: Transaction,
  reader: Reader,
  { stream, batch, read, keyOf }: BatchToPlan<Event>,
  range: OffsetRange,
): Promise<OpenDelivery> {
  const records = framesWithin(framesOf(batch), range);
  const events = eventsWithin(read.events, range);
  const bad = within(read.bad, range);
  const delivery = {
    ...range,
    records: records.count,
    accepted: events.rows,
    rejected: bad.length,
    sourceSha256: hashOfFrames(records),
    objectKey: events.rows > 0 ? keyOf(records) : null,
  };
  const details = {
    state: 'open',
    duplicates: 0,
    cents: sumOfMoney(events),
    times: timesOf(records),
    idFilter: filterOfEvents(stream, events),
  } as const;
  return { ...delivery, deliveryId: await insertDelivery(transaction, reader, { ...delivery, ...details }, bad) };
}

/** Sum of all the event's columns of money in cents, whatever their currencies; null for an event without one. */
export function sumOfMoney({ rows, columns }: Pick<EventColumns, 'rows' | 'columns'>): bigint | null {
  const money = columns.filter((column) => column.kind === 'money');
  if (money.length === 0) return null;
  let total = 0n;
  for (const { values, present } of money) {
    // A double holds the sum of 900,000 of the largest amounts, and a batch has 10,000.
    let cents = 0;
    for (let row = 0; row < rows; row++) if (!present || present[row] === 1) cents += values[row] as number;
    total += BigInt(cents);
  }
  return total;
}
