import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import type { Document } from '#adapters/search/index.ts';
import { compare, unexpectedIn, writesOf } from './changes.ts';

const row = (hour: number, total_amount = 10.5): HourlyMetrics => ({
  event_hour: `2026-01-02T${String(hour).padStart(2, '0')}:00:00Z`,
  total_transactions: 3,
  total_amount,
  late_transactions: 1,
  late_ratio: 0.333333,
  amounts: [{ currency: 'EUR', status: 'completed', transactions: 3, amount: total_amount }],
});
const document = (source: HourlyMetrics): Document => ({ id: source.event_hour, source });

test('new hours and changed ones are indexed, vanished ones removed, the others left alone', () => {
  const documents = [document(row(1)), document(row(2)), document(row(3))];
  expect(compare([row(1), row(2, 11), row(4)], documents)).toEqual({
    index: [row(2, 11), row(4)],
    remove: [row(3).event_hour],
    unchanged: 1,
  });
});

test('a document with other amounts is not the row', () => {
  const [amount] = row(1).amounts;
  const other = { ...row(1), amounts: [{ ...amount, status: 'failed' }] };
  expect(compare([row(1)], [{ id: row(1).event_hour, source: other }]).index).toEqual([row(1)]);
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
  expect(compare(view, documents)).toEqual({ index: view, remove: ['x'], unchanged: 0 });
});

const table = fc
  .uniqueArray(fc.tuple(fc.nat(23), fc.integer({ min: -9, max: 9 })), { selector: ([hour]) => hour })
  .map((rows) => rows.map(([hour, amount]) => row(hour, amount)));

/** What the index has after the writes. */
function after(documents: readonly Document[], changes: ReturnType<typeof compare>): Document[] {
  const index = new Map(documents.map(({ id, source }) => [id, source]));
  for (const write of writesOf(changes))
    if ('remove' in write) index.delete(write.id);
    else index.set(write.id, write.document);
  return [...index].map(([id, source]) => ({ id, source }));
}

test('after the writes of any changes the index is the view, and nothing is left to change', () => {
  fc.assert(
    fc.property(table, table, (view, before) => {
      const documents = before.map(document);
      const changes = compare(view, after(documents, compare(view, documents)));
      expect(changes).toEqual({ index: [], remove: [], unchanged: view.length });
    }),
  );
});

test('comparing only the hours that changed suffices if the index was the view before; the rest counts as unexpected', () => {
  fc.assert(
    fc.property(table, table, fc.array(fc.nat(23)), (view, before, unnoticed) => {
      // An hour that is not noted as changed is in the view as it was indexed, except for the unnoticed ones.
      const rowsAt = (rows: readonly HourlyMetrics[], id: string) => rows.find(({ event_hour }) => event_hour === id);
      const ids = Array.from({ length: 24 }, (_, hour) => row(hour).event_hour);
      const differing = ids.filter((id) => rowsAt(view, id)?.total_amount !== rowsAt(before, id)?.total_amount);
      const secret = new Set(unnoticed.map((hour) => row(hour).event_hour));
      const changed = differing.filter((id) => !secret.has(id));
      const documents = before.map(document);
      const some = compare(
        view.filter(({ event_hour }) => changed.includes(event_hour)),
        documents.filter(({ id }) => changed.includes(id)),
      );
      const rest = compare(view, after(documents, some));
      expect([...rest.index.map(({ event_hour }) => event_hour), ...rest.remove].sort()).toEqual(
        differing.filter((id) => secret.has(id)),
      );
      expect(unexpectedIn(compare(view, documents), changed)).toBe(differing.length - changed.length);
    }),
  );
});
