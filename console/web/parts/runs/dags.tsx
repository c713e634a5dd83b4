/** Every DAG with how its last runs went. */
import type { DagRuns } from '#operations/runs/run.ts';
import { useAgain, useAnswer } from '../../client/use-answer.ts';
import { linkTo } from '../../view/route.ts';
import { took } from '../../view/time.ts';
import { Asking, Nothing, Old } from '../states.tsx';
import { Table } from '../table.tsx';
import { Time } from '../time.tsx';
import { WithoutAirflow } from './away.tsx';
import { RunBars } from './bars.tsx';
import { State } from './state.tsx';

const REFRESH_MS = 15_000;

export function Dags({ path }: { path: string }) {
  const asked = useAnswer<DagRuns[]>('/api/runs');
  useAgain(asked, REFRESH_MS);
  const { answer, error, again } = asked;
  if (!answer) return error ? <WithoutAirflow error={error} again={again} /> : <Asking />;
  return (
    <>
      {error && <Old at={answer.at} why={error.message} />}
      {answer.data.length === 0 ? (
        <Nothing>Airflow has parsed no DAG yet: it looks at them for a minute after it has started.</Nothing>
      ) : (
        <Table
          label="DAGs"
          rows={answer.data}
          keyOf={({ dag }) => dag}
          command="npx tillstream runs"
          columns={[
            {
              ...{ name: 'DAG', isHead: true },
              show: ({ dag }) => <a href={linkTo(path, [dag])}>{dag}</a>,
              csv: ({ dag }) => dag,
            },
            {
              name: 'Last run',
              show: ({ runs: [last] }) => (last ? <State state={last.state} /> : 'none yet'),
              csv: ({ runs: [last] }) => last?.state,
            },
            { name: 'Last 30', show: ({ runs }) => <RunBars runs={runs} /> },
            {
              name: 'Due',
              show: ({ runs: [last] }) => (last ? <Time at={last.dueAt} /> : '–'),
              csv: ({ runs: [last] }) => last?.dueAt,
            },
            {
              ...{ name: 'Took', isNumber: true },
              show: ({ runs: [last] }) => (last?.seconds == null ? '–' : took(last.seconds)),
              csv: ({ runs: [last] }) => last?.seconds,
            },
            {
              name: 'Next',
              show: (dag) => <Next {...dag} />,
              csv: ({ paused, nextAt }) => (paused ? 'paused' : nextAt),
            },
            { name: 'Schedule', show: ({ schedule }) => schedule ?? 'none', csv: ({ schedule }) => schedule },
          ]}
        />
      )}
    </>
  );
}

/** While a run is active there may be no next one. */
export function Next({ paused, nextAt }: Pick<DagRuns, 'paused' | 'nextAt'>) {
  if (paused) return <b>paused</b>;
  return nextAt === null ? '–' : <Time at={nextAt} />;
}
