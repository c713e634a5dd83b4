/** What runs have brought, as the ledger has it: orders that a run of orders_minio_to_postgres loaded. Other jobs note no run. */
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { airflowOf, RUNS_SHOWN } from './run.ts';

/** Of a run that loaded nothing there is none. */
export interface Brought {
  readonly run: string;
  readonly objects: number;
  readonly rows: number;
  readonly inserted: number;
  /** Rows of orders that the warehouse had. */
  readonly repeats: number;
  readonly conflicts: number;
}

/** The DAG whose runs stand in ledger.loads. */
const LOADS = 'orders_minio_to_postgres';

const BROUGHT = `
  select
    run_id as run,
    count(*)::integer as objects,
    sum(rows)::integer as rows,
    sum(inserted)::integer as inserted,
    sum(duplicates)::integer as repeats,
    sum(conflicts)::integer as conflicts
  from ledger.loads
  where run_id = any($1)
  group by run_id`;

/** @returns of the runs that are shown of this DAG; null if the ledger doesn't know what its runs bring */
export async function broughtBy(
  backbone: Pick<Backbone, 'pool' | 'airflow' | 'ask'>,
  dagId: string,
): Promise<readonly Brought[] | null> {
  if (dagId !== LOADS) return null;
  const runs = await airflowOf(backbone).runs(dagId, RUNS_SHOWN);
  return broughtByRuns(
    backbone,
    runs.map(({ dag_run_id }) => dag_run_id),
  );
}

/** @param runs of orders_minio_to_postgres, by their ids */
export const broughtByRuns = askable(
  'broughtByRuns',
  async ({ pool }: Pick<Backbone, 'pool'>, runs: readonly string[]): Promise<readonly Brought[]> =>
    (await pool.query<Brought>(BROUGHT, [runs])).rows,
);
