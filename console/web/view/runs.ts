/** Runs of DAGs, as people read them. */

import type { PlaceState } from '#operations/pulse.ts';
import type { Brought } from '#operations/runs/brought.ts';
import type { Run } from '#operations/runs/run.ts';

export interface StateWords {
  /** Null: it is on its way, which is neither well nor not. */
  readonly mark: PlaceState | null;
  readonly word: string;
}

const WORDS: Readonly<Record<string, StateWords>> = {
  success: { mark: 'fine', word: 'succeeded' },
  failed: { mark: 'wrong', word: 'failed' },
  upstream_failed: { mark: 'wrong', word: 'not begun: one before it failed' },
  up_for_retry: { mark: 'look', word: 'failed, and is tried again' },
  queued: { mark: null, word: 'waits' },
  running: { mark: null, word: 'runs' },
  skipped: { mark: null, word: 'skipped' },
};

/** Of a run or a task. Airflow has more states than these; null is a task whose turn hasn't come. */
export const sayState = (state: string | null): StateWords =>
  state === null ? { mark: null, word: 'not yet' } : (WORDS[state] ?? { mark: null, word: state.replaceAll('_', ' ') });

type Figure = 'objects' | 'rows' | 'inserted';

/** The ledger's answer, and when it gave it. */
export interface BroughtAt {
  readonly at: string;
  readonly rows: readonly Brought[];
}

/** @returns null if it isn't known: of a run that had not ended when the ledger was asked */
export function broughtBy({ id, endedAt }: Run, brought: BroughtAt | null | undefined, of: Figure): number | null {
  if (!brought) return null;
  const found = brought.rows.find(({ run }) => run === id);
  if (found) return found[of];
  return endedAt !== null && Date.parse(endedAt) < Date.parse(brought.at) ? 0 : null;
}

export interface RunBar {
  readonly run: Run;
  /** Percent of the longest; even the shortest can be seen. */
  readonly height: number;
}

/** As high as a run took long, the oldest first. */
export function barsOf(runs: readonly Run[]): RunBar[] {
  const longest = Math.max(1, ...runs.map(({ seconds }) => seconds ?? 0));
  return runs
    .toReversed()
    .map((run) => ({ run, height: Math.max(6, Math.round(((run.seconds ?? 0) / longest) * 100)) }));
}

/** Of the DAG's page in Airflow, or of one run of it. */
export const inAirflow = (url: string, dag: string, run?: string): string =>
  `${url}/dags/${encodeURIComponent(dag)}${run === undefined ? '' : `/runs/${encodeURIComponent(run)}`}`;
