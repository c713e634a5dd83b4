import { parseArgs } from 'node:util';
import { AirflowAway, AirflowRefusal } from '#adapters/airflow.ts';
import { type Acted, actOnRuns, NothingFailed, type RunAct } from '#operations/runs/act.ts';
import { type Brought, broughtBy } from '#operations/runs/brought.ts';
import { type DagLook, lookAtDag } from '#operations/runs/dag.ts';
import { listRuns } from '#operations/runs/list.ts';
import { type DagRuns, LEFT_FOR_RUNS, NoAirflow, NoSuchRun, type Run } from '#operations/runs/run.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { formatCount } from '../numbers.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';

export const summary = 'Show the runs of Airflow’s DAGs and why one failed; trigger, pause and clear';

export const usage = `
Usage: npx tillstream runs [--json]
       npx tillstream runs DAG [--run RUN] [--json]
       npx tillstream runs DAG --trigger | --pause | --unpause | --clear RUN [--json]

Without a DAG: each with its last run and its next. With one: its last 30 runs and what they loaded, the tasks of its newest run, and of
each task that failed the end of its log.

  --run RUN      the tasks of this run instead
  --trigger      run it now; while it is paused, the run waits
  --pause        no run begins any more; one that has begun goes on
  --unpause      the opposite
  --clear RUN    run again the tasks of RUN that failed, of a mapped one every part, and all that follow them

Exit code: 1 if the last run that has ended of a DAG that is shown failed, or if there is nothing to clear.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      run: { type: 'string' },
      trigger: { type: 'boolean', default: false },
      pause: { type: 'boolean', default: false },
      unpause: { type: 'boolean', default: false },
      clear: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [dag, ...more] = positionals;
  const act = readAct(values);
  if (more.length > 0) throw new UserError(`Expected one DAG, got ${positionals.join(' ')}`);
  if (dag === undefined && (act || values.run !== undefined))
    throw new UserError('Expected the DAG, such as: npx tillstream runs orders_minio_to_postgres');
  if (act && values.run !== undefined) throw new UserError('--run only chooses what is shown.');
  const say = <Result>(result: Result, describe: (result: Result) => string) =>
    print(values.json ? JSON.stringify(result) : describe(result));
  try {
    if (dag === undefined) {
      const all = await withBackbone(listRuns);
      say(all, describeAll);
      return all.some(hasFailed) ? exit.no : exit.ok;
    }
    if (act) {
      say(await withBackbone((backbone) => actOnRuns(backbone, dag, act)), (acted) => describeActed(dag, act, acted));
      return exit.ok;
    }
    const shown = await withBackbone(async (backbone) => ({
      ...(await lookAtDag(backbone, dag, values.run)),
      brought: await broughtBy(backbone, dag),
    }));
    say(shown, describeDag);
    return hasFailed(shown) ? exit.no : exit.ok;
  } catch (error) {
    if (error instanceof NothingFailed) {
      print(error.message);
      return exit.no;
    }
    if (error instanceof AirflowAway)
      throw new UserError(`${error.message}. npx tillstream doctor shows which services answer.`, { cause: error });
    if (error instanceof NoAirflow || error instanceof NoSuchRun || error instanceof AirflowRefusal)
      throw new UserError(error.message, { cause: error });
    throw error;
  }
}

interface Given {
  readonly trigger: boolean;
  readonly pause: boolean;
  readonly unpause: boolean;
  readonly clear?: string | undefined;
}

function readAct({ trigger, pause, unpause, clear }: Given): RunAct | undefined {
  const acts: RunAct[] = [
    ...(trigger ? [{ act: 'trigger' } as const] : []),
    ...(pause ? [{ act: 'pause' } as const] : []),
    ...(unpause ? [{ act: 'unpause' } as const] : []),
    ...(clear !== undefined ? [{ act: 'clear', run: clear } as const] : []),
  ];
  if (acts.length > 1) throw new UserError('Expected one of --trigger, --pause, --unpause and --clear.');
  return acts[0];
}

const hasFailed = ({ runs }: Pick<DagRuns, 'runs'>): boolean =>
  runs.find(({ state }) => state === 'success' || state === 'failed')?.state === 'failed';

const moment = (at: string | null): string => at?.slice(0, 19).replace('T', ' ') ?? '-';
const took = (seconds: number | null): string => (seconds === null ? '-' : `${Math.round(seconds)} s`);

export const describeAll = (all: readonly DagRuns[]): string =>
  table(
    ['dag', 'last run (UTC)', 'state', 'took', 'next (UTC)', 'schedule'],
    all.map(({ dag, paused, schedule, nextAt, runs: [last] }) => [
      dag,
      moment(last?.dueAt ?? null),
      last?.state ?? '-',
      took(last?.seconds ?? null),
      paused ? 'paused' : moment(nextAt),
      schedule ?? '-',
    ]),
  );

export function describeDag({
  dag,
  paused,
  runs,
  chosen,
  brought,
}: DagLook & { readonly brought: readonly Brought[] | null }): string {
  const byRun = new Map(brought?.map((each) => [each.run, each]));
  const columns = brought ? ['objects', 'rows', 'new', 'repeats'] : [];
  const figuresOf = ({ id }: Run): string[] => {
    const { objects = 0, rows = 0, inserted = 0, repeats = 0 } = byRun.get(id) ?? {};
    return brought ? [objects, rows, inserted, repeats].map(formatCount) : [];
  };
  const all = table(
    ['run', 'due (UTC)', 'state', 'took', ...columns],
    runs.map((run) => [run.id, moment(run.dueAt), run.state, took(run.seconds), ...figuresOf(run)]),
  );
  const parts = [runs.length > 0 ? all : `${dag} has not run yet.`];
  if (brought) parts.push(LEFT_FOR_RUNS);
  if (paused) parts.push(`${dag} is paused: no run begins.`);
  if (chosen) {
    const tasks = chosen.tasks.map(({ task, index, state, tries, seconds }) => [
      index === null ? task : `${task} [${index}]`,
      state ?? 'not scheduled',
      tries,
      took(seconds),
    ]);
    parts.push(`${chosen.run.id}\n${table(['task', 'state', 'tries', 'took'], tasks)}`);
    for (const { task, log } of chosen.tasks) if (log) parts.push(`The end of the log of ${task}:\n${log.text}`);
  }
  return parts.join('\n\n');
}

export function describeActed(dag: string, { act }: RunAct, { run, paused, tasks }: Acted): string {
  if (act === 'pause') return `${dag} is paused: no run begins any more.`;
  if (act === 'unpause') return `${dag} runs by its schedule again.`;
  const waits = paused ? ` ${dag} is paused, so it waits: npx tillstream runs ${dag} --unpause` : '';
  if (act === 'trigger') return `Triggered: ${run}.${waits}`;
  return `Runs again in ${run}: ${tasks.join(', ')}, and what follows.${waits}`;
}
