/** One run of a DAG: its tasks, and why one failed. */

import { quoted } from '#operations/quoted.ts';
import type { RunLook, TaskLook } from '#operations/runs/dag.ts';
import { count } from '../../view/numbers.ts';
import { asOption } from '../../view/shell.ts';
import { took } from '../../view/time.ts';
import { Scrolled } from '../scrolled.tsx';
import { Table } from '../table.tsx';
import { Time } from '../time.tsx';
import { State } from './state.tsx';

export function OneRun({ dag, look: { run, tasks } }: { dag: string; look: RunLook }) {
  return (
    <>
      <p>
        <State state={run.state} /> <span class="muted">{run.type}, due</span> <Time at={run.dueAt} dated />
        {run.startedAt !== null && (
          <>
            {' '}
            <span class="muted">began</span> <Time at={run.startedAt} />
          </>
        )}
        {run.endedAt !== null && (
          <>
            {' '}
            <span class="muted">ended</span> <Time at={run.endedAt} />
          </>
        )}
      </p>
      <Table
        label="Tasks"
        rows={tasks}
        keyOf={nameOf}
        command={`npx tillstream runs ${quoted(dag)} ${asOption('run', run.id)}`}
        columns={[
          { name: 'Task', show: nameOf, csv: nameOf, isHead: true },
          { name: 'State', show: ({ state }) => <State state={state} />, csv: ({ state }) => state },
          { name: 'Tries', show: ({ tries }) => count(tries), csv: ({ tries }) => tries, isNumber: true },
          {
            ...{ name: 'Took', isNumber: true },
            show: ({ seconds }) => (seconds === null ? '–' : took(seconds)),
            csv: ({ seconds }) => seconds,
          },
        ]}
      />
      {tasks.map(
        (task) =>
          task.log && (
            <section key={nameOf(task)}>
              <p class="acts">
                <b>The end of the log of {nameOf(task)}</b>
                {task.log.isCut && <span class="muted">there is more before it, in Airflow</span>}
              </p>
              <Scrolled label={`Log of ${nameOf(task)}`}>{task.log.text}</Scrolled>
            </section>
          ),
      )}
    </>
  );
}

const nameOf = ({ task, index }: TaskLook): string => (index === null ? task : `${task} [${index}]`);
