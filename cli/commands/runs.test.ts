import { expect, it } from 'vitest';
import type { DagLook } from '#operations/runs/dag.ts';
import { describeActed, describeDag, run } from './runs.ts';

const look: DagLook = {
  ...{ dag: 'load', paused: true, schedule: '*/5 * * * *', nextAt: null },
  runs: [
    {
      ...{ id: 'scheduled__1', type: 'scheduled', state: 'failed', dueAt: '2026-01-02T03:00:00Z' },
      ...{ startedAt: '2026-01-02T03:00:01Z', endedAt: '2026-01-02T03:00:13Z', seconds: 12 },
    },
  ],
  chosen: null,
};

it('prints what each run brought, and of a failed task the end of its log', () => {
  const [last] = look.runs;
  if (!last) throw new Error('it has a run');
  const log = { text: 'Traceback\nValueError: no', isCut: true };
  const tasks = [{ task: 'load', index: 3, state: 'failed', tries: 4, seconds: 1.6, log }];
  const brought = [{ run: 'scheduled__1', objects: 2, rows: 1_234, inserted: 1_200, repeats: 34, conflicts: 0 }];
  const lines = describeDag({ ...look, chosen: { run: last, tasks }, brought }).split('\n');
  expect(lines).toEqual([
    'run           due (UTC)            state   took  objects  rows   new    repeats',
    'scheduled__1  2026-01-02 03:00:00  failed  12 s  2        1,234  1,200  34',
    '',
    'Objects are loaded as they arrive: a run brings what was left.',
    '',
    'load is paused: no run begins.',
    '',
    'scheduled__1',
    'task      state   tries  took',
    'load [3]  failed      4  2 s',
    '',
    'The end of the log of load:',
    'Traceback',
    'ValueError: no',
  ]);
  expect(describeDag({ ...look, runs: [], paused: false, brought: null })).toBe('load has not run yet.');
});

it('says that a run of a paused DAG waits', () => {
  const acted = { run: 'manual__1', paused: true, tasks: [] };
  expect(describeActed('load', { act: 'trigger' }, acted)).toBe(
    'Triggered: manual__1. load is paused, so it waits: npx tillstream runs load --unpause',
  );
});

it.each([
  [['load', '--trigger', '--pause'], 'Expected one of'],
  [['--trigger'], 'Expected the DAG'],
  [['load', '--trigger', '--run', 'a'], '--run only chooses'],
  [['load', 'curate'], 'Expected one DAG'],
])('refuses %j', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
});
