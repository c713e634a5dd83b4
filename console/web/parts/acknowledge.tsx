/** Accepts losses: first what would be accepted, then why and by whom. It is for good, so the dialog says so. */
import { useEffect, useState } from 'preact/hooks';
import type { AcknowledgeResult } from '#operations/losses.ts';
import { AskError, ask } from '../client/ask.ts';
import { useName } from '../client/name.ts';
import { count } from '../view/numbers.ts';
import { Dialog } from './dialog.tsx';
import { NameField } from './name-field.tsx';
import { Asking, Failed } from './states.tsx';
import { Time } from './time.tsx';

export interface AcknowledgeProps {
  readonly ids: readonly number[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}

export function Acknowledge({ ids: chosen, onDone, onClose }: AcknowledgeProps) {
  const [plan, setPlan] = useState<AcknowledgeResult | null>(null);
  const [done, setDone] = useState<AcknowledgeResult | null>(null);
  const [isSending, setIsSending] = useState(false);
  const [error, setError] = useState<AskError | null>(null);
  const [reason, setReason] = useState('');
  const name = useName();
  const [by] = name;
  // Those that were chosen when it was opened: what is accepted is what the plan shows.
  const [ids] = useState(chosen);
  const send = async (decision: { by: string; reason: string; dryRun: boolean }) => {
    setError(null);
    try {
      return (await ask<AcknowledgeResult>('/api/losses/acknowledge', { body: { ids, ...decision } })).data;
    } catch (failure) {
      if (!(failure instanceof AskError)) throw failure;
      setError(failure);
      return null;
    }
  };
  const makePlan = () => void send({ by: by.trim() || 'nobody', reason: 'a plan', dryRun: true }).then(setPlan);
  // What is chosen was read some seconds ago: others may have decided since.
  useEffect(makePlan, []);
  const accept = async () => {
    setIsSending(true);
    const result = await send({ by, reason, dryRun: false });
    setIsSending(false);
    if (result) setDone(result);
    onDone();
  };
  const isMeant = by.trim() !== '' && reason.trim() !== '' && !isSending;
  return (
    <Dialog title="Acknowledge losses" onClose={onClose} mayClose={!isSending}>
      {!plan && !error && <Asking>Planning: which of them nobody has accepted yet …</Asking>}
      {done ? (
        <div role="status">
          <Which result={done} verb="Accepted" />
        </div>
      ) : (
        plan && (
          <form
            class="acknowledge"
            onSubmit={(event) => {
              event.preventDefault();
              if (isMeant) void accept();
            }}
          >
            <Which result={plan} verb="To be accepted" />
            {plan.acknowledged.length > 0 && (
              <>
                <p>
                  <b>This is for good.</b> A loss can be accepted once; neither it nor who accepted it, and why, can be
                  changed afterwards. From then on the proof counts these records as lost and accepted.
                </p>
                <label>
                  Why, such as what was done about it
                  <textarea
                    rows={3}
                    required
                    maxLength={2_000}
                    value={reason}
                    onInput={({ currentTarget }) => setReason(currentTarget.value)}
                  />
                </label>
                <NameField name={name} />
                <p class="acts">
                  <button type="button" disabled={isSending} onClick={onClose}>
                    Cancel
                  </button>
                  <button type="submit" class="is-main" disabled={!isMeant}>
                    Accept for good
                  </button>
                </p>
              </>
            )}
          </form>
        )
      )}
      {error && <Failed error={error} {...(!plan && { again: makePlan })} />}
    </Dialog>
  );
}

function Which({ result, verb }: { result: AcknowledgeResult; verb: string }) {
  const { acknowledged, already, unknown } = result;
  const records = acknowledged.reduce((sum, { first_offset, last_offset }) => sum + last_offset - first_offset + 1, 0);
  return (
    <>
      <p>
        {verb}: <b>{count(acknowledged.length)}</b> of {count(acknowledged.length + already.length + unknown.length)},
        offsets {count(records)}
      </p>
      <ul class="where">
        {acknowledged.map(({ loss_id, topic, partition, first_offset, last_offset }) => (
          <li key={loss_id}>
            loss {loss_id}: {topic} partition {partition} offsets {first_offset}–{last_offset}
          </li>
        ))}
        {already.map(({ loss_id, acknowledged_by, acknowledged_at, reason }) => (
          <li key={loss_id}>
            ! loss {loss_id} was accepted before, by {acknowledged_by} at <Time at={acknowledged_at} />: {reason}
          </li>
        ))}
        {unknown.map((id) => (
          <li key={id}>! there is no loss {id}</li>
        ))}
      </ul>
    </>
  );
}
