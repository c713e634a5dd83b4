/** What became of the letters of a plan, asked until none is on its way any more. */
import { useEffect } from 'preact/hooks';
import type { FollowedRedrive, Sent } from '#console/api.ts';
import type { AskError } from '../../client/ask.ts';
import { useAgain, useAnswer } from '../../client/use-answer.ts';
import { count } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { Asking, Failed, Old } from '../states.tsx';

const ASK_AGAIN_MS = 2_000;

/** The server forgets a plan after an hour, and a new start forgets all: asking again brings no more. */
const isOver = (error: AskError | null): boolean =>
  error !== null && ['no_such_plan', 'wrong_key'].includes(error.code);

/** @param onSent how far the server says it is, whatever of it this page has heard */
export function Became({ plan, onSent }: { plan: string; onSent: (sent: Sent) => void }) {
  const asked = useAnswer<FollowedRedrive>(`/api/redrives/${plan}`);
  const { answer, error, again } = asked;
  const { fates, cameBack, sent } = answer?.data ?? {};
  useAgain(asked, isOver(error) || (fates?.waiting === 0 && sent?.is !== 'sending') ? null : ASK_AGAIN_MS);
  useEffect(() => {
    if (sent) onSent(sent);
  }, [sent]);
  if (!answer || !fates) return error ? <Failed error={error} again={again} /> : <Asking />;
  return (
    <section aria-label="What became of them" aria-live="polite">
      {error && <Old at={answer.at} why={error.message} />}
      <ul class="facts">
        <li>{count(fates.waiting)} on their way</li>
        <li class="is-fine">{count(fates['took-effect'])} took effect</li>
        {fates.repeat > 0 && <li>{count(fates.repeat)} were repeats</li>}
        {fates['came-back'] > 0 && (
          <li class="is-wrong">
            {count(fates['came-back'])} came back:{' '}
            {cameBack?.map(({ id, as, reason }) => (
              <a key={as} href={linkTo('dead-letters', [as])} title={`#${id}, ${reason}`}>
                #{as}{' '}
              </a>
            ))}
          </li>
        )}
      </ul>
    </section>
  );
}
