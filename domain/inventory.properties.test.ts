/** Movements and counts in any order of arrival, cut into any batches, give one stock. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adjustmentOf, isNewer, newestOf, type Shelf } from './inventory.ts';

interface Count {
  readonly count_id: string;
  readonly counted_at: bigint;
  readonly counted: number;
}
interface Move {
  readonly at: bigint;
  readonly pieces: number;
}
type Event = Count | Move;
const isCount = (event: Event): event is Count => 'counted' in event;

// Few times, so that many are the same.
const time = fc.bigInt(0n, 6n);
const move = fc.record({ at: time, pieces: fc.integer({ min: -5, max: 5 }).filter((pieces) => pieces !== 0) });
const count = fc.record({
  count_id: fc.constantFrom('a', 'b', 'B', 'ä', '\u{1f600}', '\uffff'),
  counted_at: time,
  counted: fc.nat(20),
});

/** What is true, whatever came when. */
function stockOf(opening: number, events: readonly Event[]): number {
  const newest = events.filter(isCount).reduce<Count | null>((best, each) => (isNewer(each, best) ? each : best), null);
  const moves = events.filter((event): event is Move => !isCount(event));
  const since = moves.filter(({ at }) => newest === null || at > newest.counted_at);
  return since.reduce((sum, { pieces }) => sum + pieces, newest?.counted ?? opening);
}

/** As update-inventory takes them: by what the shelf knows, and of counts, a batch at once. */
function arrive(opening: number, batches: readonly (readonly Event[])[]) {
  let shelf: Shelf = { onHand: opening, newest: null };
  const log: { readonly change: number }[] = [];
  const moved: Move[] = [];
  for (const batch of batches) {
    for (const event of batch)
      if (!isCount(event)) {
        const change = shelf.newest && event.at <= shelf.newest.counted_at ? 0 : event.pieces;
        moved.push(event);
        log.push({ change });
        shelf = { ...shelf, onHand: shelf.onHand + change };
      }
    const newest = newestOf(batch.filter(isCount), shelf);
    if (!newest) continue;
    const since = moved.filter(({ at }) => at > newest.counted_at).reduce((sum, { pieces }) => sum + pieces, 0);
    const change = adjustmentOf(newest, shelf, since);
    log.push({ change });
    shelf = { onHand: shelf.onHand + change, newest };
  }
  return { shelf, changed: log.reduce((sum, { change }) => sum + change, 0) };
}

const events = fc.uniqueArray(fc.oneof(move, count), {
  maxLength: 8,
  selector: (event) => (isCount(event) ? event.count_id : event),
});

test('the order of arrival makes no difference, nor how it is cut into batches', () => {
  const arrival = events.chain((all) =>
    fc.record({
      all: fc.constant(all),
      order: fc.shuffledSubarray(all, { minLength: all.length }),
      cuts: fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }),
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 20 }), arrival, (opening, { all, order, cuts }) => {
      const batches: Event[][] = [[]];
      for (const [at, event] of order.entries()) {
        batches.at(-1)?.push(event);
        if (cuts[at]) batches.push([]);
      }
      const { shelf, changed } = arrive(opening, batches);
      expect(shelf.onHand).toBe(stockOf(opening, all));
      expect(changed).toBe(shelf.onHand - opening);
    }),
    { numRuns: 5_000 },
  );
});

test('of two counts of one time the id decides, by its bytes as PostgreSQL compares them', () => {
  const of = (count_id: string) => ({ count_id, counted_at: 1n });
  expect(isNewer(of('b'), of('a'))).toBe(true);
  expect(isNewer(of('a'), of('b'))).toBe(false);
  expect(isNewer(of('a'), of('a'))).toBe(false);
  // By UTF-16 it would be the other way round.
  expect(isNewer(of('\u{1f600}'), of('\uffff'))).toBe(true);
});
