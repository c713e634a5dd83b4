/** What people do with a DAG: run it, stop its schedule for a while, and run again what failed. Each may be done twice without harm. */
import type { Backbone } from '../backbone.ts';
import { findRun } from './dag.ts';
import { airflowOf, NoSuchRun } from './run.ts';

/** `clear` runs again the tasks of a run that failed, of a mapped one every part, and all that follow them. */
export type RunAct =
  | { readonly act: 'trigger' }
  | { readonly act: 'pause' }
  | { readonly act: 'unpause' }
  | { readonly act: 'clear'; readonly run: string };

export interface Acted {
  /** The run that was started or goes on; null if none was. */
  readonly run: string | null;
  /** Whether the DAG is paused now: then a run waits. */
  readonly paused: boolean;
  /** Tasks that run again. */
  readonly tasks: readonly string[];
}

/** No task of this run failed, so none can run again for that. */
export class NothingFailed extends Error {
  override readonly name = 'NothingFailed';
}

/** @throws NoAirflow, NoSuchRun, NothingFailed, AirflowAway, or AirflowRefusal */
export async function actOnRuns(backbone: Pick<Backbone, 'airflow'>, dagId: string, wanted: RunAct): Promise<Acted> {
  const airflow = airflowOf(backbone);
  const dag = await airflow.dag(dagId);
  if (!dag) throw new NoSuchRun(`Airflow has no DAG ${dagId}.`);
  if (wanted.act === 'pause' || wanted.act === 'unpause') {
    const paused = wanted.act === 'pause';
    await airflow.setPaused(dagId, paused);
    return { run: null, paused, tasks: [] };
  }
  if (wanted.act === 'trigger') {
    const { dag_run_id } = await airflow.trigger(dagId);
    return { run: dag_run_id, paused: dag.is_paused, tasks: [] };
  }
  await findRun(airflow, dagId, wanted.run);
  const failed = (await airflow.taskInstances(dagId, wanted.run)).filter(({ state }) => state === 'failed');
  const tasks = [...new Set(failed.map(({ task_id }) => task_id))];
  if (tasks.length === 0) throw new NothingFailed(`No task of ${wanted.run} has failed.`);
  await airflow.clear(dagId, wanted.run, tasks, { downstream: true });
  return { run: wanted.run, paused: dag.is_paused, tasks };
}
