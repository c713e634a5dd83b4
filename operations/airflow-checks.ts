/** What the proof says of Airflow: a DAG whose last run failed, or that has no next run, is off. Pure. */

import type { Dag, DagRun } from '#adapters/airflow.ts';
import { OF_AIRFLOW } from '#functions/prove/passing.ts';
import { type Check, check } from '#functions/prove/proof.ts';

export interface DagState extends Pick<Dag, 'dag_id' | 'is_paused' | 'next_dagrun_run_after'> {
  /** Its latest runs, newest first. */
  readonly runs: readonly Pick<DagRun, 'state' | 'end_date'>[];
}

/** A person's run beside a scheduled one takes the next run away until Airflow parses the file, once a minute. */
const GIVEN_BACK_MS = 180_000;

/** Its failure says what an earlier proof found; this proof is newer. */
const HOURLY_PROOF = 'prove_pipeline';
/** It looks where the hourly one doesn't. */
const PROOF_OF_EVERYTHING = 'prove_everything';

/** @param everything whether this proof reads again all that `prove_everything` reads */
export function airflowChecks(dags: readonly DagState[], now: number, everything: boolean): Check[] {
  const repeated = [HOURLY_PROOF, ...(everything ? [PROOF_OF_EVERYTHING] : [])];
  const failed = dags.filter(({ dag_id, runs }) => !repeated.includes(dag_id) && runs.find(isOver)?.state === 'failed');
  const idle = dags.filter((dag) => !dag.is_paused && dag.next_dagrun_run_after === null && isIdle(dag, now));
  return [
    check(`${OF_AIRFLOW}the last run of every DAG succeeded`, 0, failed.length, failed.map(named('failed'))),
    check(`${OF_AIRFLOW}every DAG has a next run`, 0, idle.length, idle.map(named('has no next run'))),
  ];
}

const isOver = ({ state }: Pick<DagRun, 'state'>): boolean => state === 'success' || state === 'failed';

/** While a run is active there is no next one, since a DAG has one run at a time. */
const isIdle = ({ runs }: DagState, now: number): boolean =>
  runs.every((run) => isOver(run) && Date.parse(run.end_date ?? '') < now - GIVEN_BACK_MS);

const named =
  (what: string) =>
  ({ dag_id }: DagState): string =>
    `${dag_id} ${what}`;
