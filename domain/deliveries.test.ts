import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Knowledge,
  learn,
  lostRange,
  type OpenRange,
  type Plan,
  type Position,
  planDelivery,
  startOffset,
} from './deliveries.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const open = (deliveryId: number, firstOffset: number, lastOffset: number): OpenRange => ({
  deliveryId,
  firstOffset,
  lastOffset,
  records: lastOffset - firstOffset + 1,
});
const at = (nextOffset: number, ...ranges: OpenRange[]): Position => ({ nextOffset, open: ranges });
const nothingKnown = { objects: new Map<number, boolean>() };

describe('planDelivery', () => {
  it('begins one range for a batch that is new', () => {
    expect(planDelivery(at(100), range(100, 199), nothingKnown)).toEqual({
      steps: [{ kind: 'begin', range: { firstOffset: 100, lastOffset: 199 } }],
      abandoned: [],
      unfinished: false,
    });
  });

  it('plans nothing for a batch that was delivered before', () => {
    expect(planDelivery(at(200), range(100, 199), nothingKnown)).toEqual({
      steps: [],
      abandoned: [],
      unfinished: false,
    });
  });

  it('keeps the new part of an overlapping batch', () => {
    const { steps } = planDelivery(at(150), range(100, 199), nothingKnown) as Plan;
    expect(steps).toEqual([{ kind: 'begin', range: { firstOffset: 150, lastOffset: 199 } }]);
  });

  it('resumes an open range that the batch holds, and begins the rest', () => {
    const begun = open(1, 100, 149);
    const { steps } = planDelivery(at(100, begun), range(100, 199), nothingKnown) as Plan;
    expect(steps).toEqual([
      { kind: 'resume', range: begun },
      { kind: 'begin', range: { firstOffset: 150, lastOffset: 199 } },
    ]);
  });

  it('asks for the object when the batch holds only a part of the open range', () => {
    const begun = open(1, 100, 199);
    expect(planDelivery(at(100, begun), range(100, 149), nothingKnown)).toEqual({ ask: 'object', range: begun });
  });

  it('adopts the object of such a range when it is there', () => {
    const begun = open(1, 100, 199);
    const plan = planDelivery(at(100, begun), range(100, 149), { objects: new Map([[1, true]]) });
    expect(plan).toEqual({ steps: [{ kind: 'adopt', range: begun }], abandoned: [], unfinished: false });
  });

  it('abandons such a range when its object is not there', () => {
    const begun = open(1, 100, 199);
    const plan = planDelivery(at(100, begun), range(100, 149), { objects: new Map([[1, false]]) });
    expect(plan).toMatchObject({
      steps: [{ kind: 'begin', range: { firstOffset: 100, lastOffset: 149 } }],
      abandoned: [begun],
    });
  });

  it('abandons a later open range that the new one would overlap', () => {
    const later = open(2, 150, 249);
    const plan = planDelivery(at(100, later), range(100, 199), nothingKnown);
    expect(plan).toMatchObject({
      steps: [{ kind: 'begin', range: { firstOffset: 100, lastOffset: 199 } }],
      abandoned: [later],
    });
  });

  it('covers a gap of Kafka’s own, after asking for it', () => {
    const gap = { firstOffset: 95, lastOffset: 99 };
    expect(planDelivery(at(95), range(100, 199), nothingKnown)).toEqual({ ask: 'gaps', ranges: [gap] });
    const plan = planDelivery(at(95), range(100, 199), { ...nothingKnown, earliest: 0, gaps: [gap] });
    expect(plan).toMatchObject({ steps: [{ range: { firstOffset: 95, lastOffset: 199 } }], lost: undefined });
  });

  it('asks for a gap only once, though the position has moved since or its beginning has expired', () => {
    const gaps = [{ firstOffset: 90, lastOffset: 99 }];
    expect(planDelivery(at(95), range(100, 199), { ...nothingKnown, earliest: 0, gaps })).toMatchObject({
      steps: [{ range: { firstOffset: 95, lastOffset: 199 } }],
    });
    expect(planDelivery(at(90), range(100, 199), { ...nothingKnown, earliest: 97, gaps })).toMatchObject({
      lost: { firstOffset: 90, lastOffset: 96 },
      steps: [{ range: { firstOffset: 97, lastOffset: 199 } }],
    });
  });

  it('asks for every hole of the batch together, after a resumed range too', () => {
    const begun = open(1, 0, 2);
    const holes = [
      { firstOffset: 3, lastOffset: 49 },
      { firstOffset: 52, lastOffset: 52 },
    ];
    const offsets = [0, 1, 2, 50, 51, 53];
    const asked = { ask: 'gaps', ranges: holes };
    expect(planDelivery(at(0), offsets, nothingKnown)).toEqual(asked);
    expect(planDelivery(at(0, begun), offsets, nothingKnown)).toEqual(asked);
    const plan = planDelivery(at(0, begun), offsets, { ...nothingKnown, earliest: 0, gaps: holes });
    expect(plan).toMatchObject({ steps: [{ range: begun }, { range: { firstOffset: 3, lastOffset: 53 } }] });
  });

  it('ends before records that expired inside the batch, and records their loss when it is planned again', () => {
    const offsets = [0, 1, 2, 50, 51];
    const knowledge = { ...nothingKnown, earliest: 50 };
    expect(planDelivery(at(0), offsets, knowledge)).toEqual({
      steps: [{ kind: 'begin', range: { firstOffset: 0, lastOffset: 2 } }],
      abandoned: [],
      lost: undefined,
      unfinished: true,
    });
    expect(planDelivery(at(0, open(1, 0, 2)), offsets, knowledge)).toMatchObject({
      steps: [{ kind: 'resume' }],
      unfinished: true,
    });
    expect(planDelivery(at(3), offsets, knowledge)).toEqual({
      steps: [{ kind: 'begin', range: { firstOffset: 50, lastOffset: 51 } }],
      abandoned: [],
      lost: { firstOffset: 3, lastOffset: 49 },
      unfinished: false,
    });
  });

  it('reports records that expired before they were consumed as lost', () => {
    const plan = planDelivery(at(50), range(90, 199), { ...nothingKnown, earliest: 90 });
    expect(plan).toMatchObject({
      lost: { firstOffset: 50, lastOffset: 89 },
      steps: [{ range: { firstOffset: 90, lastOffset: 199 } }],
    });
  });

  it('plans, for any position and batch, ranges that follow on each other and cover the batch', () => {
    const position = fc.integer({ min: 0, max: 50 }).chain((nextOffset) =>
      fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }).map((lengths) => {
        let first = nextOffset;
        const ranges = lengths.map((length, index) => {
          const begun = open(index, first, first + length - 1);
          first += length;
          return begun;
        });
        return at(nextOffset, ...ranges);
      }),
    );
    const arbitrary = fc.record({
      position,
      start: fc.integer({ min: -20, max: 0 }),
      length: fc.integer({ min: 1, max: 120 }),
      there: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ position, start, length, there }) => {
        const first = Math.max(0, position.nextOffset + start);
        const offsets = range(first, first + length - 1);
        const objects = new Map(there.map((isThere, id) => [id, isThere]));
        const plan = planDelivery(position, offsets, { objects, earliest: 0 }) as Plan;
        let cursor = position.nextOffset;
        for (const step of plan.steps) {
          expect(step.range.firstOffset).toBe(cursor);
          cursor = step.range.lastOffset + 1;
          if (step.kind === 'adopt') expect(objects.get(step.range.deliveryId)).toBe(true);
          else expect(offsets).toContain(step.range.lastOffset);
        }
        expect(cursor).toBeGreaterThanOrEqual(Math.max(position.nextOffset, first + length));
        const kept = plan.steps.flatMap((step) => (step.kind === 'begin' ? [] : [step.range]));
        expect(plan.abandoned.filter((given) => kept.includes(given))).toEqual([]);
      }),
    );
  });
});

describe('planDelivery of a batch with holes', () => {
  const LENGTH = 30;
  /** A partition in which some offsets hold no record and the first ones have expired, and a batch that lacks some of those. */
  const partition = fc.record({
    holds: fc.array(fc.boolean(), { minLength: LENGTH, maxLength: LENGTH }),
    came: fc.array(fc.boolean(), { minLength: LENGTH, maxLength: LENGTH }),
    earliest: fc.integer({ min: 0, max: LENGTH }),
    nextOffset: fc.integer({ min: 0, max: LENGTH }),
    begun: fc.integer({ min: 0, max: 10 }),
    isThere: fc.boolean(),
  });

  it('gives every record its effect once or records its loss, and asks for what it was not told', () => {
    fc.assert(
      fc.property(partition, ({ holds, came, earliest, nextOffset, begun, isThere }) => {
        const offsets = range(0, LENGTH - 1).filter((offset) => holds[offset] && (offset >= earliest || came[offset]));
        const inRange = (first: number, last: number) =>
          offsets.filter((offset) => offset >= first && offset <= last).length;
        const planned = {
          ...open(1, nextOffset, nextOffset + begun),
          records: inRange(nextOffset, nextOffset + begun),
        };
        let position = begun > 0 && planned.records > 0 ? at(nextOffset, planned) : at(nextOffset);
        let knowledge: Knowledge = { objects: new Map([[1, isThere]]) };
        const covered: [number, number][] = [];
        const lost: [number, number][] = [];
        for (let round = 0; ; round++) {
          expect(round).toBeLessThan(3 * LENGTH);
          const plan = planDelivery(position, offsets, knowledge);
          if ('ask' in plan) {
            expect(plan.ask).toBe('gaps');
            knowledge = learn(knowledge, { earliest, gaps: plan.ask === 'gaps' ? plan.ranges : [] });
            continue;
          }
          if (plan.lost) lost.push([plan.lost.firstOffset, plan.lost.lastOffset]);
          for (const { range } of plan.steps) covered.push([range.firstOffset, range.lastOffset]);
          position = at(Math.max(nextOffset, ...[...covered, ...lost].map(([, last]) => last + 1)));
          if (!plan.unfinished) break;
        }
        // Ranges and losses follow on each other.
        const all = [...covered, ...lost].sort(([a], [b]) => a - b);
        for (const [index, [first]] of all.entries()) expect(first).toBe((all[index - 1]?.[1] ?? nextOffset - 1) + 1);
        const isIn = (ranges: [number, number][], offset: number) =>
          ranges.some(([first, last]) => offset >= first && offset <= last);
        for (const offset of offsets)
          if (offset >= nextOffset) expect([isIn(covered, offset), isIn(lost, offset)]).toEqual([true, false]);
        // What a range covers and did not come was there to be looked up, or is a part of what was planned before.
        for (const offset of range(0, LENGTH - 1))
          if (isIn(covered, offset) && !offsets.includes(offset) && !isIn([[nextOffset, planned.lastOffset]], offset))
            expect(offset).toBeGreaterThanOrEqual(earliest);
      }),
      { numRuns: 500 },
    );
  });
});

describe('lostRange', () => {
  it('is none while Kafka still holds what was expected', () => {
    expect(lostRange(100, 105, 100)).toBeUndefined();
    expect(lostRange(100, 105, 0)).toBeUndefined();
  });
  it('ends where Kafka begins', () => {
    expect(lostRange(100, 205, 150)).toEqual({ firstOffset: 100, lastOffset: 149 });
    expect(lostRange(100, 205, 500)).toEqual({ firstOffset: 100, lastOffset: 204 });
  });
});

describe('startOffset', () => {
  it('accounts from the first record that Kafka holds, or from the first that came', () => {
    expect(startOffset(10, 3, 'TRIM_HORIZON')).toBe(3);
    expect(startOffset(10, 3, 'LATEST')).toBe(10);
  });
});
