/** The proof of a backbone that runs: what the function `prove` finds, and what Airflow says of its DAGs. */
import type { AirflowClient } from '#adapters/airflow.ts';
import { type Check, check, type Proof, summarize } from '#functions/prove/proof.ts';
import { type ProofOptions, reaches } from '#functions/prove/request.ts';
import { airflowChecks } from './airflow-checks.ts';
import type { Backbone } from './backbone.ts';

export { depths, isDepth } from '#functions/prove/request.ts';
export type { Proof };

/** Changes nothing but the notes of what is proved. */
export async function prove(
  { invoke, airflow }: Pick<Backbone, 'invoke' | 'airflow'>,
  options: Partial<ProofOptions>,
): Promise<Proof> {
  const proof = await invoke<Proof>('prove', options);
  const everything = proof.all === true && reaches(options.depth ?? 'objects', 'objects');
  const checks = airflow ? await checkDags(airflow, everything) : [];
  return summarize([...proof.checks, ...checks], proof.streams, proof);
}

/** Enough to have the last that is over: a DAG has one active run at a time, beside a backfill's. */
const RUNS = 3;

async function checkDags(airflow: AirflowClient, everything: boolean): Promise<Check[]> {
  try {
    const dags = await airflow.dags();
    const states = await Promise.all(dags.map(async (dag) => ({ ...dag, runs: await airflow.runs(dag.dag_id, RUNS) })));
    return airflowChecks(states, Date.now(), everything);
  } catch (error) {
    return [check('Airflow: it answers', 'its DAGs', 'nothing', [(error as Error).message])];
  }
}
