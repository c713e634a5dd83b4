/** Every DAG with its last runs. */
import type { Backbone } from '../backbone.ts';
import { airflowOf, asRuns, type DagRuns, RUNS_SHOWN } from './run.ts';

/** @throws NoAirflow, or AirflowAway */
export async function listRuns(backbone: Pick<Backbone, 'airflow'>): Promise<DagRuns[]> {
  const airflow = airflowOf(backbone);
  const dags = await airflow.dags();
  return Promise.all(
    dags
      .toSorted((a, b) => (a.dag_id < b.dag_id ? -1 : 1))
      .map(async (dag) => asRuns(dag, await airflow.runs(dag.dag_id, RUNS_SHOWN), Date.now())),
  );
}
