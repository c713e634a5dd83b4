/** Waits for the runs of Airflow's DAGs: until the schedule starts one, and until one has succeeded. */
import type { AirflowClient, DagRun } from '#adapters/airflow.ts';
import { until } from '../processes/until.ts';

/** Each answer takes Airflow 20 ms of processor time. */
const ASK_EVERY_MS = 1_000;
const SCHEDULED_WITHIN_MS = 300_000;

/**
 * @returns the run when it has succeeded
 * @throws when it failed, naming the tasks and the ends of their logs; or after `within` milliseconds
 */
export async function untilSucceeded(
  airflow: AirflowClient,
  dagId: string,
  runId: string,
  within: number,
  signal?: AbortSignal,
): Promise<DagRun> {
  const run = await until(
    async () => {
      const found = await airflow.run(dagId, runId);
      return found.state === 'success' || found.state === 'failed' ? found : undefined;
    },
    { what: `run ${runId} of ${dagId} has finished`, within, every: ASK_EVERY_MS, signal },
  );
  if (run.state === 'success') return run;
  const failed = (await airflow.taskInstances(dagId, runId)).filter(({ state }) => state === 'failed');
  const logs = await Promise.all(
    failed.map(async (task) => `${task.task_id} [${task.map_index}]:\n${await airflow.taskLog(dagId, runId, task)}`),
  );
  throw new Error(`Run ${runId} of ${dagId} failed. ${logs.map((log) => log.slice(-2_000)).join('\n')}`);
}

/**
 * Unpauses the DAG, which its schedule then runs at once; a triggered run would be a second one beside it.
 *
 * @returns the latest run, as soon as there is one
 */
export async function runBySchedule(airflow: AirflowClient, dagId: string, signal?: AbortSignal): Promise<DagRun> {
  await airflow.setPaused(dagId, false);
  return until(async () => (await airflow.runs(dagId, 1))[0], {
    what: `the schedule starts ${dagId}`,
    within: SCHEDULED_WITHIN_MS,
    every: ASK_EVERY_MS,
    signal,
  });
}
