/** What a person may do with a DAG, and what came of it. */
import { useState } from 'preact/hooks';
import type { Acted, RunAct } from '#operations/runs/act.ts';
import { AskError, ask } from '../../client/ask.ts';
import { live } from '../../client/live-store.ts';
import { usePicked } from '../../client/store.ts';
import { isCertain } from '../../view/certain.ts';

export interface ActsProps {
  readonly dag: string;
  readonly paused: boolean;
  /** The run that is shown, if a task of it failed. */
  readonly failed: string | undefined;
  /** It was done, or perhaps. */
  readonly onActed: () => void;
}

export function RunActs({ dag, paused, failed, onActed }: ActsProps) {
  const mayAct = usePicked(live, ({ session }) => session?.may.includes('act') ?? false);
  const [said, say] = useState('');
  const [isActing, setIsActing] = useState(false);
  if (!mayAct) return null;
  const act = async (wanted: RunAct) => {
    if (isActing) return;
    setIsActing(true);
    say('Asking Airflow …');
    try {
      const { data } = await ask<Acted>(`/api/runs/${encodeURIComponent(dag)}/act`, { body: wanted });
      say(sayActed(wanted, data));
      onActed();
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      if (isCertain(error)) return say(`It was not done. ${error.message} ${error.hint ?? ''}`);
      say(`Whether it was done isn’t known: look at the runs before you do it again. ${error.message}`);
      onActed();
    } finally {
      setIsActing(false);
    }
  };
  return (
    <p class="acts">
      <button type="button" aria-disabled={isActing} onClick={() => act({ act: 'trigger' })}>
        Run now
      </button>
      <button type="button" aria-disabled={isActing} onClick={() => act({ act: paused ? 'unpause' : 'pause' })}>
        {paused ? 'Let it run by its schedule' : 'Pause its schedule'}
      </button>
      {failed !== undefined && (
        <button type="button" aria-disabled={isActing} onClick={() => act({ act: 'clear', run: failed })}>
          Run what failed again
        </button>
      )}
      <span role="status">{said}</span>
    </p>
  );
}

function sayActed({ act }: RunAct, { run, paused, tasks }: Acted): string {
  const waits = paused ? ' It waits, since the DAG is paused.' : '';
  if (act === 'pause') return 'Paused: no run begins any more.';
  if (act === 'unpause') return 'It runs by its schedule again.';
  if (act === 'trigger') return `Triggered: ${run}.${waits}`;
  return `${tasks.join(', ')} and what follows run again.${waits}`;
}
