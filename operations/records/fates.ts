/** What became of records: of each offset of a page, by the ledger and the stores. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import { inventoryStreams, type Stream, streams } from '#domain/streams.ts';
import type { Backbone } from '../backbone.ts';
import type { Fate, Step } from './fate.ts';
import { type Asked, type FateRow, readFateRows } from './fate-rows.ts';

/**
 * One statement, whatever is asked.
 *
 * @param kafka the topic's offsets, if they are known: they tell what is yet to come, and what retention removed unread
 * @returns in the order of what was asked
 */
export async function fatesOf(
  { pool }: Pick<Backbone, 'pool'>,
  stream: Stream,
  asked: readonly Asked[],
  kafka: readonly PartitionOffsets[] = [],
): Promise<Fate[]> {
  if (asked.length === 0) return [];
  const rows = await readFateRows(pool, stream, asked);
  const offsets = new Map(kafka.map((each) => [each.partition, each]));
  return rows.map((row, index) => fateOf(stream, row, asked[index] ?? row, offsets.get(row.partition)));
}

/** Decides by what was read. Pure. */
export function fateOf(stream: Stream, row: FateRow, { held, id }: Asked, kafka?: PartitionOffsets): Fate {
  const { offset, start, next, delivery } = row;
  const { consumer } = stream;
  if (row.lost) return { state: 'lost', way: [] };
  if (start !== null && offset < start) return { state: 'before', way: [] };
  if (delivery === null) {
    if (kafka && offset >= kafka.latest) return { state: 'ahead', way: [] };
    // The consumer has yet to notice it. A partition that was never read begins with what Kafka has.
    if (kafka && offset < kafka.earliest) return { state: next === null ? 'before' : 'lost', way: [] };
    return { state: 'waiting', way: [], behind: offset - (next ?? kafka?.earliest ?? offset) + 1 };
  }
  const letter = letterOf(row);
  if (letter) return { state: 'rejected', way: wayOf(stream, row, 'rejected'), letter, delivery };
  const state = stateOf(consumer, row, held, id);
  const first = state === 'repeat' ? firstOf(row) : undefined;
  return { state, way: wayOf(stream, row, state), delivery, ...(first && { first }) };
}

const isStock = (consumer: string): boolean => inventoryStreams.some((stream) => stream.consumer === consumer);

/** Of an offset of a committed delivery that has no letter. */
function stateOf(consumer: string, row: FateRow, held: boolean | undefined, id: string | undefined): Fate['state'] {
  if (held === false && row.hasGaps) return 'gap';
  // The log has a row for each record.
  if (isStock(consumer)) return row.status === null ? 'gap' : LOGGED[row.status];
  const isRecord = held === true || id !== undefined || !row.hasGaps;
  // Lake and bronze take every usable record, as the shop's tables do, so their place isn't asked; only the load of an order finds repeats.
  if (row.stored ?? isRecord) return 'effect';
  if (row.stored === null) return 'uncertain';
  if (isRecord) return 'repeat';
  return row.hasRepeats ? 'uncertain' : 'gap';
}

/** What the log of stock says. */
const LOGGED = { processed: 'effect', duplicate: 'repeat', rejected: 'rejected' } as const;

function letterOf({ letter, reason, message, redrivenAt, redrivenBy }: FateRow): Fate['letter'] {
  if (letter === null || reason === null) return undefined;
  return { id: letter, reason, message: message ?? '', redrivenAt: iso(redrivenAt), redrivenBy };
}

function firstOf({ firstTopic, firstPartition, firstOffset }: FateRow): Fate['first'] {
  if (firstTopic === null || firstPartition === null || firstOffset === null) return undefined;
  return { topic: firstTopic, partition: firstPartition, offset: firstOffset };
}

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null;

/** The places that it reached, and those that it will reach. */
function wayOf({ consumer, handler, table, lake }: Stream, row: FateRow, state: Fate['state']): Step[] {
  if (state === 'gap' || state === 'uncertain') return [];
  const there = (place: Step['place'], at: Date | null, done = at !== null): Step => ({ place, done, at: iso(at) });
  const taken = state === 'effect';
  if (consumer === streams.orders.consumer) {
    // What the load refused is in the lake; what could not be read is nowhere.
    if (state === 'rejected' && row.reason !== 'conflict') return [];
    const lake = there('lake', row.committedAt);
    if (!taken) return [lake];
    const warehouse = there('warehouse', row.loadedAt);
    return [lake, warehouse, there('curated', row.nextAt, row.nextDone === true)];
  }
  if (handler !== 'own') {
    // A table takes no repeats, and the lake beside it does.
    const inLake = lake && (taken || state === 'repeat' || row.reason === 'conflict');
    return [
      ...(inLake ? [there('lake', row.committedAt)] : []),
      ...(table && taken ? [there('table', row.storedAt)] : []),
    ];
  }
  if (!taken) return [];
  if (consumer === streams.products.consumer) return [there('shop', row.committedAt)];
  if (consumer === streams.userEvents.consumer) return [there('bronze', row.committedAt), there('gold', row.nextAt)];
  if (isStock(consumer)) {
    const announced = row.nextDone === null ? [] : [there('announced', row.nextAt)];
    return [there('stock', row.storedAt), ...announced];
  }
  return [
    there('payments', row.storedAt),
    there('clean', null, row.clean === true),
    there('metrics', null, row.indexed === true),
  ];
}
