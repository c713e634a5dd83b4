/**
 * Plans how a batch from Kafka becomes ranges of offsets that each take effect once (ARCHITECTURE.md, "the offset
 * ledger"). Lambda may deliver a batch again, cut at other offsets: the plan says what is new, what an earlier attempt has
 * begun, and what of that attempt is abandoned. Pure: delivery/write-to-lake.ts carries the plan out.
 */

/** Offsets, both inclusive. */
export interface OffsetRange {
  readonly firstOffset: number;
  readonly lastOffset: number;
}

/** A range that was planned and not yet committed. */
export interface OpenRange extends OffsetRange {
  readonly deliveryId: number;
  /** How many records it holds; fewer than its offsets where Kafka has gaps of its own. */
  readonly records: number;
}

export interface Position<Open extends OpenRange = OpenRange> {
  /** Everything before it is committed, or recorded as lost. */
  readonly nextOffset: number;
  readonly open: readonly Open[];
}

/** Facts from outside the ledger, looked up only where the plan depends on them. */
export interface Knowledge {
  /** Delivery id of an open range → whether its object is in the lake. */
  readonly objects: ReadonlyMap<number, boolean>;
  /** The partition's earliest offset in Kafka, after `gaps` were looked up. */
  readonly earliest?: number | undefined;
  /** Offsets that were not delivered and at which Kafka, from its earliest offset on, holds no record. */
  readonly gaps?: readonly OffsetRange[] | undefined;
  /** Delivery id → whether Kafka has its records; undefined if it no longer has all of its offsets. */
  readonly inKafka?: ReadonlyMap<number, boolean | undefined>;
}

/** What is known once a question has been answered. */
export const learn = (known: Knowledge, found: Omit<Knowledge, 'objects'>): Knowledge => ({
  ...known,
  earliest: found.earliest ?? known.earliest,
  gaps: [...(known.gaps ?? []), ...(found.gaps ?? [])],
  inKafka: new Map([...(known.inKafka ?? []), ...(found.inKafka ?? [])]),
});

export type Step<Open extends OpenRange = OpenRange> =
  /** The batch holds all of an open range: write its object, or find it written, and commit. */
  | { readonly kind: 'resume'; readonly range: Open }
  /** The batch holds only a part of it, but its object is there and holds everything: commit. */
  | { readonly kind: 'adopt'; readonly range: Open }
  /** New: plan it, write it, commit. Always the last step. */
  | { readonly kind: 'begin'; readonly range: OffsetRange };

export interface Plan<Open extends OpenRange = OpenRange> {
  readonly steps: readonly Step<Open>[];
  /** Open ranges that can no longer be completed as they were planned. */
  readonly abandoned: readonly Open[];
  /** Offsets before the new range that Kafka removed before they were consumed. */
  readonly lost?: OffsetRange | undefined;
  /** Behind these steps Kafka removed more, which can be recorded once they are committed: plan the batch again then. */
  readonly unfinished: boolean;
}

/** The records that an earlier delivery took. */
export interface TakenRecords extends OffsetRange {
  readonly deliveryId: number;
  readonly sourceSha256: string;
}

/** A fact that the plan depends on and that is not known yet. */
export type Question<Open extends OpenRange = OpenRange> =
  | { readonly ask: 'object'; readonly range: Open }
  | { readonly ask: 'earliest' }
  | { readonly ask: 'records'; readonly of: TakenRecords }
  | { readonly ask: 'gaps'; readonly ranges: readonly OffsetRange[] };

/** @param offsets of the batch's records, ascending */
export function planDelivery<Open extends OpenRange>(
  position: Position<Open>,
  offsets: readonly number[],
  knowledge: Knowledge,
): Plan<Open> | Question<Open> {
  const steps: Step<Open>[] = [];
  const abandoned = new Set<Open>();
  let cursor = position.nextOffset;
  let rest = offsets.filter((offset) => offset >= cursor);
  for (;;) {
    const [first] = rest;
    const last = rest.at(-1);
    if (first === undefined || last === undefined) return { steps, abandoned: [...abandoned], unfinished: false };

    const begun = position.open.find((range) => range.firstOffset === cursor && !abandoned.has(range));
    if (begun) {
      const isThere = knowledge.objects.get(begun.deliveryId);
      if (holdsAll(begun, rest)) steps.push({ kind: 'resume', range: begun });
      else if (isThere === undefined) return { ask: 'object', range: begun };
      else if (isThere) steps.push({ kind: 'adopt', range: begun });
      else {
        abandoned.add(begun);
        continue;
      }
      cursor = begun.lastOffset + 1;
      rest = rest.filter((offset) => offset >= cursor);
      continue;
    }

    // Offsets that did not come hold no record, or records that expired, or some that the event source has passed: it keeps
    // its position in Kafka, and a restored database is behind that.
    const holes = holesIn(rest, cursor);
    const unknown = unexplained(holes, knowledge);
    if (unknown.length > 0) return { ask: 'gaps', ranges: unknown };
    const expired = holes.flatMap(({ firstOffset, lastOffset }) => {
      const lost = lostRange(firstOffset, lastOffset + 1, knowledge.earliest ?? 0);
      return lost ? [lost] : [];
    });
    const lost = expired[0]?.firstOffset === cursor && steps.length === 0 ? expired.shift() : undefined;
    if (lost) cursor = lost.lastOffset + 1;
    const [later] = expired;

    const range = { firstOffset: cursor, lastOffset: later ? later.firstOffset - 1 : last };
    const done = new Set(steps.map((step) => step.range));
    for (const open of position.open) if (!done.has(open) && open.firstOffset <= range.lastOffset) abandoned.add(open);
    if (range.lastOffset >= range.firstOffset) steps.push({ kind: 'begin', range });
    return { steps, abandoned: [...abandoned], lost, unfinished: later !== undefined };
  }
}

/** The offsets from `from` on that are missing before the last of these, as ranges. */
function holesIn(offsets: readonly number[], from: number): OffsetRange[] {
  const holes: OffsetRange[] = [];
  let next = from;
  for (const offset of offsets) {
    if (offset > next) holes.push({ firstOffset: next, lastOffset: offset - 1 });
    next = offset + 1;
  }
  return holes;
}

/**
 * The holes of which not each offset is known to have expired or to hold no record.
 *
 * @param holes ascending; each is compared once, since thousands of markers make thousands of holes and gaps
 */
function unexplained(holes: readonly OffsetRange[], { earliest, gaps = [] }: Knowledge): OffsetRange[] {
  if (earliest === undefined) return [...holes];
  const ascending = gaps.toSorted((a, b) => a.firstOffset - b.firstOffset);
  let next = 0;
  // How far the gaps reach that begin at or before the hole.
  let reach = Number.NEGATIVE_INFINITY;
  return holes.filter(({ firstOffset, lastOffset }) => {
    for (; (ascending[next]?.firstOffset ?? Number.POSITIVE_INFINITY) <= Math.max(firstOffset, earliest); next++)
      reach = Math.max(reach, ascending[next]?.lastOffset ?? reach);
    return lastOffset >= earliest && reach < lastOffset;
  });
}

/**
 * Which of the offsets that were expected and did not come are lost. Kafka has gaps of its own (transaction markers,
 * compaction): its earliest offset is then still at or before the gap, and the next range covers it. Where the earliest
 * offset has moved past what was expected, retention removed records unread.
 *
 * @param expected the offset after the last one that was delivered
 * @param arrived the first offset of the batch, greater than `expected`
 */
export function lostRange(expected: number, arrived: number, earliest: number): OffsetRange | undefined {
  const next = Math.min(earliest, arrived);
  return next > expected ? { firstOffset: expected, lastOffset: next - 1 } : undefined;
}

/** The offset from which a consumer accounts for a partition that it sees for the first time. */
export function startOffset(arrived: number, earliest: number, from: 'TRIM_HORIZON' | 'LATEST'): number {
  return from === 'LATEST' ? arrived : Math.min(earliest, arrived);
}

function holdsAll(range: OpenRange, offsets: readonly number[]): boolean {
  const last = offsets.at(-1) ?? -1;
  return last >= range.lastOffset && offsets.filter((offset) => offset <= range.lastOffset).length === range.records;
}
