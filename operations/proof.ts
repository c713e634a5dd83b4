/** The proof of a backbone that runs: what the function `prove` finds, and what Airflow says of its DAGs. */
import type { AirflowClient } from '#adapters/airflow.ts';
import { reaches } from '#functions/prove/depth.ts';
import { OF_AIRFLOW } from '#functions/prove/passing.ts';
import { type Check, check, type Proof } from '#functions/prove/proof.ts';
import type { ProofOptions } from '#functions/prove/request.ts';
import { airflowChecks } from './airflow-checks.ts';
import type { Backbone } from './backbone.ts';

export { type Depth, depths, isDepth } from '#functions/prove/depth.ts';
export type { Proof };

/**
 * Changes nothing but the notes of what is proved. Airflow's DAGs are asked first, so that what is noted has them too: whoever looks at the
 * notes sees the same verdict as whoever has made the proof.
 */
export async function prove(
  { invoke, airflow }: Pick<Backbone, 'invoke' | 'airflow'>,
  options: Partial<Omit<ProofOptions, 'beside'>>,
): Promise<Proof> {
  const { depth = 'objects', all = false } = options;
  const everything = (all && reaches(depth, 'objects')) || reaches(depth, 'rows');
  return invoke<Proof>('prove', { ...options, ...(airflow && { beside: await checkDags(airflow, everything) }) });
}

/** Enough to have the last that is over: a DAG has one active run at a time, beside a backfill's. */
const RUNS = 3;

/** What the function takes of a text. */
const MOST_CHARACTERS = 500;

async function checkDags(airflow: AirflowClient, everything: boolean): Promise<Check[]> {
  try {
    const dags = await airflow.dags();
    const states = await Promise.all(dags.map(async (dag) => ({ ...dag, runs: await airflow.runs(dag.dag_id, RUNS) })));
    return airflowChecks(states, Date.now(), everything);
  } catch (error) {
    return [
      check(`${OF_AIRFLOW}it answers`, 'its DAGs', 'nothing', [(error as Error).message.slice(0, MOST_CHARACTERS)]),
    ];
  }
}
