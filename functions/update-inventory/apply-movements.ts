/** Applies a batch of movements or counts to stock, log, orders and announcements, by set-based statements. */
import { isUtf8 } from 'node:buffer';
import { arrayParameter, textParameter } from '#adapters/postgres/array-parameter.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Applied, NewRecords } from '#delivery/apply.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';
import { type EventColumns, eventObjects } from '#domain/event-columns.ts';
import { isCount, type Movement, piecesOf, type StockCount } from '#domain/inventory.ts';
import { framesOf, recordFinder, recordValue } from '#domain/record-frames.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { readFirsts } from './firsts.ts';
import { moveStock } from './move-stock.ts';
import { type First, judge } from './repeats.ts';
import { setStock } from './set-stock.ts';
import { FIND_REST, type Fingerprint, LOG_REJECTED, logRest } from './statements.ts';

type InventoryStream = Stream<Stream['event']>;

/** A record that had no effect on stock. */
interface Rest {
  readonly kafka_offset: number;
  /** Where what had its effect before is; null for an unknown product. */
  readonly first: Omit<First<unknown>, 'event'> | null;
}

export async function applyMovements(
  transaction: Transaction,
  stream: InventoryStream,
  { batch, events, bad, deliveryId }: NewRecords,
): Promise<Applied> {
  const { topic, partition } = batch;
  const rejected = await logRejected(transaction, batch, bad, deliveryId);
  if (events.rows === 0) return { duplicates: 0, refused: [], rowsFingerprint: sumOf(rejected) };

  const [id = ''] = stream.ids;
  const counts = events.columns.some(({ name }) => name === 'counted');
  const frames = framesOf(batch);
  const find = recordFinder(frames);
  const offsets = [...events.offsets];
  const columns = [
    topic,
    partition,
    arrayParameter('bigint', offsets),
    textColumn(events, id),
    textColumn(events, 'order_id'),
    textColumn(events, 'product_id'),
    arrayParameter('bigint', piecesOf(events)),
    arrayParameter('timestamp', timesOf(events)),
    arrayParameter(
      'text',
      offsets.map((offset) => textOf(recordValue(frames, find(offset)))),
    ),
    deliveryId,
  ];
  const done = counts
    ? await setStock(transaction, eventObjects<StockCount>(events), columns)
    : await moveStock(transaction, columns);
  if (done.processed === events.rows) return { duplicates: 0, refused: [], rowsFingerprint: sumOf(rejected, [done]) };

  const rest = await transaction.query<Rest>(FIND_REST, columns);
  const moves = new Map(eventObjects<Movement | StockCount>(events).map(({ offset, event }) => [offset, event]));
  const repeats = rest.rows.flatMap(({ kafka_offset: offset, first }) => {
    const event = moves.get(offset);
    return event ? [{ offset, event, first }] : [];
  });
  const ofThisTopic = repeats.filter(({ first }) => first?.topic === topic);
  const firsts = await readFirsts(transaction, stream, new Set(ofThisTopic.map(({ event }) => idOf(event))));
  const judged = repeats.map(({ offset, event, first }) => ({
    offset,
    ...judge(stream, event, first && { ...first, event: firsts.get(idOf(event)) }),
  }));
  const { rows: logged } = await transaction.query<Fingerprint>(logRest(counts ? 'counted' : 'change'), [
    ...columns,
    judged.map(({ offset }) => offset),
    judged.map(({ outcome }) => (outcome === 'duplicate' ? 'duplicate' : 'rejected')),
  ]);
  const findRefused = recordFinder(frames);
  const refused = judged.flatMap(({ offset, ...judgement }) => {
    if (judgement.outcome === 'duplicate') return [];
    const { outcome: reason, message } = judgement;
    return { topic, partition, ...frames.record(findRefused(offset)), reason, message };
  });
  return {
    duplicates: judged.length - refused.length,
    refused,
    rowsFingerprint: sumOf(rejected, [done], logged),
  };
}

const idOf = (event: Movement | StockCount): string => (isCount(event) ? event.count_id : event.event_id);

const sumOf = (...written: readonly (readonly Fingerprint[])[]): string =>
  String(written.flat().reduce((sum, { fingerprint }) => sum + BigInt(fingerprint), 0n));

async function logRejected(
  transaction: Transaction,
  { topic, partition }: PartitionBatch,
  bad: readonly DeadLetter[],
  deliveryId: number,
): Promise<readonly Fingerprint[]> {
  if (bad.length === 0) return [];
  const { rows } = await transaction.query<Fingerprint>(LOG_REJECTED, [
    topic,
    partition,
    deliveryId,
    bad.map(({ offset }) => offset),
    arrayParameter(
      'text',
      bad.map(({ value }) => textOf(value)),
    ),
  ]);
  return rows;
}

/** A field as text[]; without values if the topic's events don't have it. */
function textColumn({ rows, columns }: EventColumns, wanted: string): Buffer {
  const column = columns.find(({ name }) => name === wanted);
  return column?.kind === 'text' ? textParameter(column.values) : arrayParameter('text', Array(rows).fill(null));
}

function timesOf({ columns }: EventColumns): bigint[] {
  const column = columns.find(({ kind }) => kind === 'timestamp');
  return column?.kind === 'timestamp' ? [...column.values.values] : [];
}

/** The value if PostgreSQL can hold it as text; its bytes are in the dead letters anyway. */
function textOf(value: Uint8Array | null): Uint8Array | null {
  return value === null || value.includes(0) || !isUtf8(value) ? null : value;
}
