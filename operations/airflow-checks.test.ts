import { expect, it } from 'vitest';
import type { DagRunState } from '#adapters/airflow.ts';
import { airflowChecks, type DagState } from './airflow-checks.ts';

const NOW = Date.parse('2026-01-02T03:10:00Z');
const NEXT = '2026-01-02T03:15:00Z';
const run = (state: DagRunState, end_date: string | null = '2026-01-02T03:05:00Z') => ({ state, end_date });
const fine: DagState = { dag_id: 'load', is_paused: false, next_dagrun_run_after: NEXT, runs: [run('success')] };
const off = (changes: Partial<DagState>, everything = false) =>
  airflowChecks([fine, { ...fine, dag_id: 'curate', ...changes }], NOW, everything).flatMap(({ where }) => where);

it('finds nothing where every DAG runs, has not begun, or is paused', () => {
  expect(off({})).toEqual([]);
  expect(off({ runs: [] })).toEqual([]);
  expect(off({ next_dagrun_run_after: null, is_paused: true })).toEqual([]);
});

it('names a DAG whose last finished run failed, until one succeeds', () => {
  expect(off({ runs: [run('failed'), run('success')] })).toEqual(['curate failed']);
  expect(off({ runs: [run('running', null), run('failed')] })).toEqual(['curate failed']);
  expect(off({ runs: [run('success'), run('failed')] })).toEqual([]);
});

it('does not repeat what an earlier proof found, unless it has not looked there', () => {
  expect(off({ dag_id: 'prove_pipeline', runs: [run('failed')] })).toEqual([]);
  const everything = { dag_id: 'prove_everything', runs: [run('failed')] };
  expect(off(everything, true)).toEqual([]);
  expect(off(everything)).toEqual(['prove_everything failed']);
});

it('names a DAG without a next run, unless a run is active or has just ended', () => {
  const standing = { next_dagrun_run_after: null };
  expect(off(standing)).toEqual(['curate has no next run']);
  expect(off({ ...standing, runs: [] })).toEqual(['curate has no next run']);
  expect(off({ ...standing, runs: [run('running', null), run('success')] })).toEqual([]);
  expect(off({ ...standing, runs: [run('success'), run('queued', null)] })).toEqual([]);
  expect(off({ ...standing, runs: [run('success', '2026-01-02T03:08:00Z')] })).toEqual([]);
});

it('says how many are off', () => {
  expect(airflowChecks([{ ...fine, runs: [run('failed')] }, fine], NOW, false)).toMatchObject([
    { balanced: false, expected: 0, actual: 1 },
    { balanced: true, expected: 0, actual: 0 },
  ]);
});
