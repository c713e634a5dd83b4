/** The last runs of a DAG, and what each has brought. */

import { quoted } from '#operations/quoted.ts';
import { type DagRuns, LEFT_FOR_RUNS, type Run } from '#operations/runs/run.ts';
import { save } from '../../client/save.ts';
import { csvOf } from '../../view/csv.ts';
import { count } from '../../view/numbers.ts';
import { type BroughtAt, broughtBy } from '../../view/runs.ts';
import { took } from '../../view/time.ts';
import { Copy } from '../copy.tsx';
import { List, type ListColumn } from '../list.tsx';
import { Time } from '../time.tsx';
import { RunBars } from './bars.tsx';
import { State } from './state.tsx';

export interface RunListProps {
  readonly dag: DagRuns;
  readonly chosen: string | undefined;
  /** Null: the ledger doesn't note what its runs bring; undefined: not known now. */
  readonly brought: BroughtAt | null | undefined;
  readonly onChoose: (run: Run) => void;
}

export function RunList({ dag: { dag, runs }, chosen, brought, onChoose }: RunListProps) {
  const loads = brought === null ? [] : (['objects', 'rows', 'inserted'] as const);
  const download = () =>
    save(
      `${dag}.csv`,
      'text/csv',
      csvOf([
        ['run', 'state', 'due', 'started', 'ended', 'seconds', ...loads],
        ...runs.map((run) => [
          ...[run.id, run.state, run.dueAt, run.startedAt, run.endedAt, run.seconds],
          ...loads.map((of) => broughtBy(run, brought, of)),
        ]),
      ]),
    );
  const columns: readonly ListColumn<Run>[] = [
    { name: 'due (UTC)', width: '172px', show: ({ dueAt }) => <Time at={dueAt} dated /> },
    { name: 'state', width: '116px', show: ({ state }) => <State state={state} /> },
    { name: 'took', width: '72px', isNumber: true, show: ({ seconds }) => (seconds === null ? '–' : took(seconds)) },
    ...loads.map((of) => ({
      ...{ name: NAMES[of], width: '84px', isNumber: true },
      show: (run: Run) => count(broughtBy(run, brought, of)),
    })),
    { name: 'run', show: ({ id }) => id },
  ];
  return (
    <>
      <RunBars runs={runs} chosen={chosen} onChoose={onChoose} />
      <p class="acts">
        <span class="muted grow">
          The last {runs.length} runs; the higher a bar, the longer it took.{brought && ` ${LEFT_FOR_RUNS}`}
        </span>
        <button type="button" class="small" onClick={download}>
          CSV
        </button>
        <Copy text={`npx tillstream runs ${quoted(dag)}`}>Copy as CLI</Copy>
      </p>
      <div class="run-list" style={{ height: `${Math.min(8, runs.length) * ROW + ROW + 4}px` }}>
        <List
          label="Runs"
          rows={runs}
          columns={columns}
          keyOf={({ id }) => id}
          selected={chosen ?? null}
          onSelect={onChoose}
        />
      </div>
    </>
  );
}

/** In pixels, as lists have it; eight rows are enough beside the run that is chosen. */
const ROW = 32;

const NAMES = { objects: 'objects', rows: 'rows', inserted: 'new orders' } as const;
