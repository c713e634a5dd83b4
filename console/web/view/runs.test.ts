import { expect, it } from 'vitest';
import type { Run } from '#operations/runs/run.ts';
import { barsOf, broughtBy, inAirflow, sayState } from './runs.ts';

const run = (id: string, seconds: number | null): Run => ({
  ...{ id, type: 'scheduled', state: 'success', dueAt: '2026-01-02T03:00:00Z', startedAt: null, endedAt: null },
  seconds,
});

it('has a bar for each run, the oldest first, as high as it took long', () => {
  const bars = barsOf([run('newest', 100), run('middle', 50), run('short', 0), run('waits', null)]);
  expect(bars.map(({ run: { id }, height }) => [id, height])).toEqual([
    ['waits', 6],
    ['short', 6],
    ['middle', 50],
    ['newest', 100],
  ]);
  expect(barsOf([])).toEqual([]);
});

it('has a 0 only of a run that had ended when the ledger was asked', () => {
  const figures = { objects: 2, rows: 30, inserted: 20, repeats: 10, conflicts: 0 };
  const brought = { at: '2026-01-02T03:10:00Z', rows: [{ run: 'loads', ...figures }] };
  const ended = (id: string, endedAt: string | null) => broughtBy({ ...run(id, 1), endedAt }, brought, 'rows');
  expect([ended('loads', null), ended('idle', '2026-01-02T04:09:00+01:00')]).toEqual([30, 0]);
  expect([ended('runs', null), ended('since', '2026-01-02T03:10:01Z')]).toEqual([null, null]);
  expect(broughtBy(run('loads', 1), undefined, 'rows')).toBe(null);
});

it('says each state in a word, also those that it doesn’t know', () => {
  expect(sayState('failed')).toEqual({ mark: 'wrong', word: 'failed' });
  expect(sayState('success').mark).toBe('fine');
  expect(sayState(null).word).toBe('not yet');
  expect(sayState('up_for_reschedule')).toEqual({ mark: null, word: 'up for reschedule' });
});

it('leads to a run in Airflow, whose name has characters of its own', () => {
  expect(inAirflow('http://127.0.0.1:8003', 'a_dag', 'scheduled__2026-01-02T03:00:00+00:00')).toBe(
    'http://127.0.0.1:8003/dags/a_dag/runs/scheduled__2026-01-02T03%3A00%3A00%2B00%3A00',
  );
  expect(inAirflow('http://127.0.0.1:8003', 'a_dag')).toBe('http://127.0.0.1:8003/dags/a_dag');
});
