import { expect, it } from 'vitest';
import type { Run } from '#operations/runs/run.ts';
import { barsOf, inAirflow, sayState } from './runs.ts';

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
