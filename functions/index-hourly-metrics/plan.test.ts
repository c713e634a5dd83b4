import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HourlyMetrics } from '#adapters/hourly-metrics.ts';
import type { Document } from '#adapters/search.ts';
import { plan, writesOf } from './plan.ts';

const row = (hour: number, total_amount = 10.5): HourlyMetrics => ({
  event_hour: `2026-01-02T${String(hour).padStart(2, '0')}:00:00Z`,
  total_transactions: 3,
  total_amount,
  late_transactions: 1,
  late_ratio: 0.333333,
});
const document = (source: HourlyMetrics): Document => ({ id: source.event_hour, source });

test('new hours and changed ones are indexed, vanished ones removed, the others left alone', () => {
  const documents = [document(row(1)), document(row(2)), document(row(3))];
  expect(plan([row(1), row(2, 11), row(4)], documents)).toEqual({
    index: [row(2, 11), row(4)],
    remove: [row(3).event_hour],
    unchanged: 1,
  });
});

test('a document with a field too many, one too few, or under another id is not the row', () => {
  const { late_ratio: _, ...less } = row(2);
  const documents = [
    { id: row(1).event_hour, source: { ...row(1), more: 1 } },
    { id: row(2).event_hour, source: less },
    { id: 'x', source: row(3) },
    { id: row(4).event_hour, source: undefined },
  ];
  const view = [1, 2, 3, 4].map((hour) => row(hour));
  expect(plan(view, documents)).toEqual({ index: view, remove: ['x'], unchanged: 0 });
});

test('after the writes of any plan the index is the view, and the next plan is empty', () => {
  const table = fc
    .uniqueArray(fc.tuple(fc.nat(23), fc.integer({ min: -9, max: 9 })), { selector: ([hour]) => hour })
    .map((rows) => rows.map(([hour, amount]) => row(hour, amount)));
  fc.assert(
    fc.property(table, table, (view, before) => {
      const planned = plan(view, before.map(document));
      const after = new Map<string, unknown>(before.map((each) => [each.event_hour, each]));
      for (const write of writesOf(planned))
        if ('remove' in write) after.delete(write.id);
        else after.set(write.id, write.document);
      const documents = [...after].map(([id, source]) => ({ id, source }));
      expect(plan(view, documents)).toEqual({ index: [], remove: [], unchanged: view.length });
    }),
  );
});
