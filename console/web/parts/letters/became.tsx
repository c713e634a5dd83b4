/** What became of the letters of a plan, asked until none is on its way any more. */
import { useEffect } from 'preact/hooks';
import type { Outcomes } from '#operations/letters/outcome.ts';
import { useAnswer } from '../../client/use-answer.ts';
import { count } from '../../view/numbers.ts';
import { linkTo } from '../../view/route.ts';
import { Asking, Failed } from '../states.tsx';

const ASK_AGAIN_MS = 2_000;

export function Became({ plan }: { plan: string }) {
  const { answer, error, again } = useAnswer<Outcomes>(`/api/redrives/${plan}`);
  useEffect(() => {
    if (answer && answer.data.fates.waiting === 0) return;
    const timer = setTimeout(again, ASK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [answer, error, again]);
  if (!answer) return error ? <Failed error={error} again={again} /> : <Asking />;
  const { fates, cameBack } = answer.data;
  return (
    <section aria-label="What became of them" aria-live="polite">
      <ul class="facts">
        <li>{count(fates.waiting)} on their way</li>
        <li class="is-fine">{count(fates['took-effect'])} took effect</li>
        {fates.repeat > 0 && <li>{count(fates.repeat)} were repeats</li>}
        {fates['came-back'] > 0 && (
          <li class="is-wrong">
            {count(fates['came-back'])} came back:{' '}
            {cameBack.map(({ id, as, reason }) => (
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
