/** Sends many dead letters back: what the plan would do, then a number to type, batches with a stop, and what became of them. */
import { useEffect, useState } from 'preact/hooks';
import type { PlannedRedrive, Sent } from '#console/api.ts';
import type { RedriveProgress } from '#operations/redrive.ts';
import { AskError } from '../../client/ask.ts';
import { useName } from '../../client/name.ts';
import { type Chosen, carryOut, planRedrive, stopRedrive } from '../../client/redrive.ts';
import { count, some } from '../../view/numbers.ts';
import { Dialog } from '../dialog.tsx';
import { NameField } from '../name-field.tsx';
import { Asking, Failed } from '../states.tsx';
import { Time } from '../time.tsx';
import { Became } from './became.tsx';

export interface BulkProps {
  readonly chosen: Chosen;
  readonly onSent: () => void;
  readonly onClose: () => void;
}

export function Bulk({ chosen, onSent, onClose }: BulkProps) {
  const [plan, setPlan] = useState<PlannedRedrive | null>(null);
  const [failure, setFailure] = useState<AskError | null>(null);
  const [progress, setProgress] = useState<RedriveProgress | null>(null);
  const [is, setIs] = useState<'planned' | 'sending' | 'ended'>('planned');
  const [stops, setStops] = useState(false);
  /** Whoever sent it, to go on with what remains. */
  const [by, setBy] = useState('');
  /** Whether all was told: a connection that breaks takes the last batch's line with it. */
  const [isCertain, setCertain] = useState(false);

  const fail = (error: unknown) => {
    if (!(error instanceof AskError)) throw error;
    setFailure(error);
  };
  useEffect(() => {
    planRedrive(chosen).then(setPlan, fail);
  }, []);

  const send = async (by: string) => {
    if (!plan) return;
    setIs('sending');
    setFailure(null);
    setStops(false);
    setCertain(false);
    setBy(by);
    try {
      for await (const line of carryOut({ plan: plan.plan, by }))
        if ('ended' in line) setCertain(true);
        else setProgress(line);
    } catch (error) {
      fail(error);
    } finally {
      setIs('ended');
      onSent();
    }
  };
  const stop = () => {
    if (!plan) return;
    setStops(true);
    stopRedrive(plan.plan).catch((error: unknown) => {
      setStops(false);
      fail(error);
    });
  };
  /** What the server says that it has sent, if this page didn't hear all. */
  const hear = ({ is, progress }: Sent) => {
    if (progress) setProgress(progress);
    setCertain(is === 'ended' || is === 'failed');
  };
  const of = plan?.count ?? 0;
  const done = progress?.done ?? 0;
  return (
    <Dialog title="Send dead letters back" onClose={onClose} mayClose={is !== 'sending'}>
      <div class="bulk">
        {!plan && !failure && <Asking>Planning: what would be sent, and what would be refused again …</Asking>}
        {plan && <Plan plan={plan} />}
        {plan && plan.count > 0 && is === 'planned' && <Confirm count={plan.count} onSend={send} onClose={onClose} />}
        {is !== 'planned' && (
          <div class="progress" role="status">
            <progress max={of} value={done} aria-label="Letters that were tried" />
            <p>
              {is === 'ended' && done < of ? 'Stopped: ' : ''}
              {is === 'ended' && !isCertain && 'at least '}
              {count(progress?.redriven ?? 0)} of {count(of)} sent
              {progress && progress.already > 0 && `, ${count(progress.already)} had been sent before`}
            </p>
            {is === 'sending' && (
              <button type="button" onClick={stop} disabled={stops}>
                {stops ? 'Stopping behind this batch …' : 'Stop behind this batch'}
              </button>
            )}
          </div>
        )}
        {failure &&
          (is === 'ended' && done < of ? (
            <Failed error={failure} again={() => void send(by)} />
          ) : (
            <Failed error={failure} />
          ))}
        {plan && is === 'ended' && <Became plan={plan.plan} onSent={hear} />}
      </div>
    </Dialog>
  );
}

function Plan({ plan }: { plan: PlannedRedrive }) {
  const refused = Object.entries(plan.refusedAgain);
  const again = refused.reduce((sum, [, letters]) => sum + letters, 0);
  return (
    <>
      <p>
        <b>{some(plan.count, 'letters')}</b>
        {plan.oldest && plan.newest && (
          <>
            {' '}
            from <Time at={plan.oldest} /> to <Time at={plan.newest} /> UTC
          </>
        )}
      </p>
      <ul class="facts">
        {Object.entries(plan.byTopic).map(([topic, letters]) => (
          <li key={topic}>
            {count(letters)} to {topic}
          </li>
        ))}
        {again > 0 && (
          <li class="is-look">
            <b>! {count(again)} would be refused again</b>:{' '}
            {refused.map(([reason, letters]) => `${count(letters)} ${reason}`).join(', ')}
          </li>
        )}
        {again === 0 && plan.count > 0 && (
          <li class="is-fine">
            <b>✓</b> none would be refused again by what is known now
          </li>
        )}
        {plan.already > 0 && <li>{some(plan.already, 'letters')} sent back before stay as they are</li>}
        {plan.tooLarge > 0 && <li>{some(plan.tooLarge, 'letters')} too large to be sent as they are stay</li>}
      </ul>
    </>
  );
}

interface ConfirmProps {
  readonly count: number;
  readonly onSend: (by: string) => void;
  readonly onClose: () => void;
}

/** A number that must be typed is one that was read. One letter needs no such proof. */
function Confirm({ count: wanted, onSend, onClose }: ConfirmProps) {
  const [typed, type] = useState('');
  const name = useName();
  const [by] = name;
  const isMeant = (wanted === 1 || typed.trim() === String(wanted)) && by.trim() !== '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isMeant) onSend(by);
      }}
    >
      {wanted > 1 && (
        <label>
          Type {wanted} to send them{' '}
          <input
            inputMode="numeric"
            value={typed}
            onInput={({ currentTarget }) => type(currentTarget.value)}
            size={8}
          />
        </label>
      )}
      <NameField name={name} />
      <p class="acts">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="is-main" disabled={!isMeant}>
          Send back
        </button>
      </p>
    </form>
  );
}
