/** The proof of a running stack: what the function `prove` finds, and what Airflow says of its DAGs. */

import { type AirflowClient, airflowClient } from '#adapters/airflow.ts';
import { type Check, check, type Proof, summarize } from '#functions/prove/proof.ts';
import { type ProofOptions, reaches } from '#functions/prove/request.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { airflowChecks } from './airflow-checks.ts';
import { invoke } from './invoke.ts';

/** @param airflow the stack's, if it has one and the caller is logged in already */
export async function proveStack(
  stack: StackStatus,
  options: Partial<ProofOptions>,
  airflow = stack.airflow && airflowClient(stack.airflow),
): Promise<Proof> {
  const proof = await invoke<Proof>(stack, 'prove', options);
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
