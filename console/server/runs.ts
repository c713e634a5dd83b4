/** What the page asks about the runs of Airflow's DAGs, and does with them. */
import { z } from 'zod';
import { AirflowAway, AirflowRefusal } from '#adapters/airflow.ts';
import { actOnRuns, NothingFailed } from '#operations/runs/act.ts';
import { broughtBy } from '#operations/runs/brought.ts';
import { lookAtDag } from '#operations/runs/dag.ts';
import { listRuns } from '#operations/runs/list.ts';
import { NoAirflow, NoSuchRun } from '#operations/runs/run.ts';
import { Refusal } from './refusal.ts';
import { type Route, route } from './route.ts';

/** As Airflow allows it. */
const dag = z.string().regex(/^[\w.-]{1,250}$/, 'expected the name of a DAG');
const run = z.string().min(1).max(250);

export const runRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/runs', right: 'look', operation: listRuns },
    asks: {},
    answer: (_, { backbone }) => listRuns(backbone).catch(refuse),
  }),
  route({
    ...{ method: 'GET', path: '/api/runs/:dag', right: 'look', operation: lookAtDag },
    asks: { dag, run: run.optional() },
    answer: ({ dag, run }, { backbone }) => lookAtDag(backbone, dag, run).catch(refuse),
  }),
  route({
    ...{ method: 'GET', path: '/api/runs/:dag/brought', right: 'look', operation: broughtBy },
    asks: { dag },
    answer: ({ dag }, { backbone }) => broughtBy(backbone, dag).catch(refuse),
  }),
  route({
    ...{ method: 'POST', path: '/api/runs/:dag/act', right: 'act', operation: actOnRuns, command: 'runs' },
    asks: { dag, act: z.enum(['trigger', 'pause', 'unpause', 'clear']), run: run.optional() },
    answer({ dag, act, run }, { backbone }) {
      if (act !== 'clear') return actOnRuns(backbone, dag, { act }).catch(refuse);
      if (run === undefined) throw new Refusal(400, 'not_understood', 'run: expected the run to clear');
      return actOnRuns(backbone, dag, { act, run }).catch(refuse);
    },
  }),
];

function refuse(cause: unknown): never {
  if (cause instanceof NoAirflow && cause.isElsewhere)
    throw new Refusal(404, 'airflow_elsewhere', cause.message, {
      hint: 'The AWS console leads to it: Amazon MWAA, the environment, “Open Airflow UI”.',
      cause,
    });
  if (cause instanceof NoAirflow)
    throw new Refusal(404, 'no_airflow', cause.message, {
      hint: 'npm start runs it, unless it is told --once.',
      cause,
    });
  if (cause instanceof AirflowAway)
    throw new Refusal(503, 'airflow_away', `${cause.message}.`, {
      hint: 'npx tillstream doctor shows which services answer.',
      cause,
    });
  if (cause instanceof NoSuchRun) throw new Refusal(404, 'not_found', cause.message, { cause });
  if (cause instanceof NothingFailed) throw new Refusal(409, 'nothing_failed', cause.message, { cause });
  // Such as a run that is being cleared by somebody else.
  if (cause instanceof AirflowRefusal) throw new Refusal(409, 'airflow_refuses', cause.message, { cause });
  throw cause;
}
