import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lostRange, type OpenRange, type Plan, type Position, planDelivery, startOffset } from './deliveries.ts';

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
    });
  });

  it('plans nothing for a batch that was delivered before', () => {
    expect(planDelivery(at(200), range(100, 199), nothingKnown)).toEqual({ steps: [], abandoned: [] });
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
    expect(plan).toEqual({ steps: [{ kind: 'adopt', range: begun }], abandoned: [] });
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

  it('covers a gap of Kafka’s own, after asking for the earliest offset', () => {
    expect(planDelivery(at(95), range(100, 199), nothingKnown)).toEqual({ ask: 'earliest' });
    const gap = { firstOffset: 95, lastOffset: 99 };
    expect(planDelivery(at(95), range(100, 199), { ...nothingKnown, earliest: 0 })).toEqual({ ask: 'gap', range: gap });
    const plan = planDelivery(at(95), range(100, 199), { ...nothingKnown, earliest: 0, gap });
    expect(plan).toMatchObject({ steps: [{ range: { firstOffset: 95, lastOffset: 199 } }], lost: undefined });
  });

  it('asks again about a gap when the position has moved since, and only about what has not expired', () => {
    const gap = { firstOffset: 90, lastOffset: 99 };
    const plan = planDelivery(at(95), range(100, 199), { ...nothingKnown, earliest: 97, gap });
    expect(plan).toEqual({ ask: 'gap', range: { firstOffset: 97, lastOffset: 99 } });
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
