/** A DAG with its last runs, and one of them task by task: of a task that failed, the end of its log. */
import { type AirflowClient, AirflowRefusal, type DagRun, type TaskInstance } from '#adapters/airflow.ts';
import type { Backbone } from '../backbone.ts';
import { airflowOf, asRun, asRuns, type DagRuns, NoSuchRun, RUNS_SHOWN, type Run } from './run.ts';

export interface DagLook extends DagRuns {
  /** The run that was asked for, or the newest; null if there is none yet. */
  readonly chosen: RunLook | null;
}

export interface RunLook {
  readonly run: Run;
  readonly tasks: readonly TaskLook[];
}

export interface TaskLook {
  readonly task: string;
  /** Which of a mapped task; null if it isn't mapped. */
  readonly index: number | null;
  /** Null: not scheduled yet. */
  readonly state: string | null;
  readonly tries: number;
  readonly seconds: number | null;
  /** The end of the log of its latest try, if it failed. */
  readonly log: LogEnd | null;
}

export interface LogEnd {
  readonly text: string;
  /** Whether there is more before it. */
  readonly isCut: boolean;
}

/** Characters of a log: the error stands at its end, and an answer stays small. */
const LOG_END = 6_000;

/** A mapped task of which all failed has a thousand logs, which say the same. */
const MOST_LOGS = 5;

/**
 * @param runId the newest if absent
 * @throws NoAirflow, NoSuchRun, or AirflowAway
 */
export async function lookAtDag(backbone: Pick<Backbone, 'airflow'>, dagId: string, runId?: string): Promise<DagLook> {
  const airflow = airflowOf(backbone);
  const dag = await airflow.dag(dagId);
  if (!dag) throw new NoSuchRun(`Airflow has no DAG ${dagId}.`);
  const runs = await airflow.runs(dagId, RUNS_SHOWN);
  const run = runId === undefined ? runs[0] : await findRun(airflow, dagId, runId, runs);
  return {
    ...asRuns(dag, runs, Date.now()),
    chosen: run ? { run: asRun(run, Date.now()), tasks: await tasksOf(airflow, dagId, run.dag_run_id) } : null,
  };
}

/** It may be older than those that are shown. */
export async function findRun(
  airflow: AirflowClient,
  dagId: string,
  runId: string,
  known: readonly DagRun[] = [],
): Promise<DagRun> {
  const found = known.find(({ dag_run_id }) => dag_run_id === runId) ?? (await airflow.findRun(dagId, runId));
  if (found) return found;
  throw new NoSuchRun(`${dagId} has no run ${runId}.`);
}

async function tasksOf(airflow: AirflowClient, dagId: string, runId: string): Promise<TaskLook[]> {
  const tasks = await airflow.taskInstances(dagId, runId);
  const failed = tasks.filter(({ state }) => state === 'failed').slice(0, MOST_LOGS);
  return Promise.all(
    tasks.map(async (task) => ({
      ...{ task: task.task_id, index: task.map_index < 0 ? null : task.map_index },
      ...{ state: task.state, tries: task.try_number, seconds: task.duration },
      log: failed.includes(task) ? await endOfLog(airflow, dagId, runId, task) : null,
    })),
  );
}

/** A log that is gone, as with the worker that had it, hides neither the run nor the logs that are there. */
async function endOfLog(airflow: AirflowClient, dagId: string, runId: string, task: TaskInstance): Promise<LogEnd> {
  const log = await airflow.taskLog(dagId, runId, task).catch((error: unknown) => {
    if (error instanceof AirflowRefusal) return `The log can't be had: ${error.message}`;
    throw error;
  });
  return { text: log.slice(-LOG_END), isCut: log.length > LOG_END };
}
