/** Airflow's DAGs: how their runs went, what each brought, why one failed, and what one can do about it. */
import { useEffect } from 'preact/hooks';
import type { Brought } from '#operations/runs/brought.ts';
import type { DagLook } from '#operations/runs/dag.ts';
import { live } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { usePicked } from '../client/store.ts';
import { useAgain, useAnswer } from '../client/use-answer.ts';
import { RunActs } from '../parts/runs/acts.tsx';
import { WithoutAirflow } from '../parts/runs/away.tsx';
import { Dags, Next } from '../parts/runs/dags.tsx';
import { RunList } from '../parts/runs/list.tsx';
import { OneRun } from '../parts/runs/one.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { linkTo } from '../view/route.ts';
import { inAirflow } from '../view/runs.ts';
import type { PageProps } from './page.ts';

const PATH = 'runs';
const REFRESH_MS = 10_000;

export function Runs({ route }: PageProps) {
  const [dag] = route.rest;
  if (dag !== undefined) return <OneDag key={dag} dag={dag} run={route.query.run} />;
  return (
    <section class="card" aria-label="Runs">
      <header>
        <h1>Runs</h1>
        <span class="muted">What Airflow’s DAGs do, by their schedules</span>
      </header>
      <Dags path={PATH} />
    </section>
  );
}

function OneDag({ dag, run }: { dag: string; run: string | undefined }) {
  const path = `/api/runs/${encodeURIComponent(dag)}`;
  const asked = useAnswer<DagLook>(path);
  const other = useAnswer<DagLook>(run === undefined ? null : `${path}?run=${encodeURIComponent(run)}`);
  const brought = useAnswer<readonly Brought[] | null>(`${path}/brought`);
  useAgain(asked, REFRESH_MS);
  useAgain(other, run === undefined ? null : REFRESH_MS);
  const airflow = usePicked(live, ({ session }) => session?.links.Airflow);
  const { answer, error, again } = asked;
  // The ledger is asked what runs have brought when another has ended, not each time.
  const ended = answer?.data.runs
    .filter(({ endedAt }) => endedAt !== null)
    .map(({ id, endedAt }) => `${id} ${endedAt}`);
  useEffect(() => {
    if (brought.answer || brought.error) brought.again();
  }, [ended?.join()]);
  useAgain(brought, brought.error ? REFRESH_MS : null);

  const loads = brought.error ? null : brought.answer;
  const loaded = loads ? loads.data && { at: loads.at, rows: loads.data } : undefined;
  const shown = run === undefined ? asked : other;
  const look = shown.answer?.data.chosen;
  const failed = look?.tasks.some(({ state }) => state === 'failed') ? look.run.id : undefined;
  const refresh = () => {
    again();
    other.again();
  };
  return (
    <>
      <section class="card" aria-label="DAG">
        <header>
          <h1>{dag}</h1>
          {answer && (
            <span class="muted">
              {answer.data.schedule ?? 'no schedule'} · next <Next {...answer.data} />
            </span>
          )}
          <span class="links">
            <a href={linkTo(PATH)}>all DAGs</a>
            {airflow !== undefined && (
              <a href={inAirflow(airflow, dag, look?.run.id)} target="_blank" rel="noreferrer">
                in Airflow
              </a>
            )}
          </span>
        </header>
        {error && answer && <Old at={answer.at} why={error.message} />}
        {error && !answer && <WithoutAirflow error={error} again={again} />}
        {!answer && !error && <Asking />}
        {answer && <RunActs dag={dag} paused={answer.data.paused} failed={failed} onActed={refresh} />}
        {answer?.data.runs.length === 0 && <Nothing>It has not run yet.</Nothing>}
        {answer && answer.data.runs.length > 0 && (
          <RunList
            dag={answer.data}
            chosen={run ?? answer.data.chosen?.run.id}
            brought={loaded}
            onChoose={({ id }) => go(linkTo(PATH, [dag], { run: id }), true)}
          />
        )}
      </section>
      {(answer || run !== undefined) && (
        <section class="card" aria-label="Run">
          <header>
            <h2>{look?.run.id ?? run ?? 'No run yet'}</h2>
          </header>
          {shown.error && shown.answer && <Old at={shown.answer.at} why={shown.error.message} />}
          {shown.error && !shown.answer && <Failed error={shown.error} again={shown.again} />}
          {!shown.answer && !shown.error && <Asking />}
          {look && <OneRun dag={dag} look={look} />}
        </section>
      )}
    </>
  );
}
