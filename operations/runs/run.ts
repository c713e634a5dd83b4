/** Runs of Airflow's DAGs as people see them. */
import type { AirflowClient, Dag, DagRun, DagRunState } from '#adapters/airflow.ts';
import type { Backbone } from '../backbone.ts';

export interface Run {
  readonly id: string;
  readonly type: DagRun['run_type'];
  readonly state: DagRunState;
  /** When it was to begin, ISO 8601, UTC, as all times here. */
  readonly dueAt: string;
  /** Null while it waits. */
  readonly startedAt: string | null;
  /** Null until it has ended. */
  readonly endedAt: string | null;
  /** From its start to its end, or until now; null while it waits. */
  readonly seconds: number | null;
}

export interface DagRuns {
  readonly dag: string;
  readonly paused: boolean;
  /** As cron has it; null if it only runs when somebody wants it. */
  readonly schedule: string | null;
  /** Null while as many runs as it may have are active, and of one without a schedule. */
  readonly nextAt: string | null;
  /** The newest first. */
  readonly runs: readonly Run[];
}

/** Runs of each DAG that are shown. */
export const RUNS_SHOWN = 30;

/** Why a run that went well has nearly always brought nothing, for all who show what runs brought. */
export const LEFT_FOR_RUNS = 'Objects are loaded as they arrive: a run brings what was left.';

/** This backbone was started without, or has it where it can't be asked from here. */
export class NoAirflow extends Error {
  override readonly name = 'NoAirflow';
  readonly isElsewhere: boolean;

  constructor(message: string, { isElsewhere }: { readonly isElsewhere: boolean }) {
    super(message);
    this.isElsewhere = isElsewhere;
  }
}

/** There is no such DAG, or no such run of it. */
export class NoSuchRun extends Error {
  override readonly name = 'NoSuchRun';
}

/** @throws NoAirflow */
export function airflowOf({ airflow, access }: Pick<Backbone, 'airflow' | 'access'>): AirflowClient {
  if (airflow) return airflow;
  if (access) throw new NoAirflow('This backbone runs without Airflow.', { isElsewhere: false });
  throw new NoAirflow('In AWS Airflow is MWAA, which this page does not ask: Airflow’s own page shows its runs.', {
    isElsewhere: true,
  });
}

export const asRuns = (
  { dag_id, is_paused, timetable_summary, next_dagrun_run_after }: Dag,
  runs: readonly DagRun[],
  now: number,
): DagRuns => ({
  dag: dag_id,
  paused: is_paused,
  schedule: timetable_summary,
  nextAt: next_dagrun_run_after,
  runs: runs.map((run) => asRun(run, now)),
});

export function asRun({ dag_run_id, run_type, state, run_after, start_date, end_date }: DagRun, now: number): Run {
  // A cleared run has begun anew, and an end from before.
  const isOver = state === 'success' || state === 'failed';
  const endedAt = isOver ? end_date : null;
  return {
    ...{ id: dag_run_id, type: run_type, state },
    ...{ dueAt: run_after, startedAt: start_date, endedAt },
    seconds: start_date === null ? null : secondsBetween(start_date, endedAt ?? new Date(now).toISOString()),
  };
}

const secondsBetween = (from: string, to: string): number => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
