/** Dead letters by their reason, the most frequent first. */
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { count, UNKNOWN } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import { Asking, Nothing, Old } from './states.tsx';

export function Reasons({ exists }: { exists: (page: string) => boolean }) {
  const hasPulse = usePicked(live, ({ pulse }) => pulse !== null);
  const now = usePicked(live, ({ pulse }) => pulse?.letters ?? null);
  const known = usePicked(live, (state) => state.known.letters);
  const letters = now ?? known?.value;
  const reasons = Object.entries(letters ?? {}).sort(([, one], [, other]) => other - one);
  const total = reasons.reduce((sum, [, each]) => sum + each, 0);
  const said = letters ? count(total) : UNKNOWN;
  return (
    <section class="card" aria-label="Dead letters by reason">
      <header>
        <h2>Dead letters</h2>
        <span class="muted">by reason</span>
        {exists('dead-letters') ? <a href={linkTo('dead-letters')}>all {said}</a> : <b class="total">{said}</b>}
      </header>
      {!hasPulse && <Asking />}
      {hasPulse && !now && known && <Old at={known.at} why="PostgreSQL doesn’t answer." />}
      {hasPulse && !now && !known && <p class="muted">Unknown while PostgreSQL doesn’t answer.</p>}
      {now && reasons.length === 0 && (
        <Nothing command="npx tillstream produce --count 1000 --malformed 0.05">
          None. A record that can’t be used would be here with its reason. This sends a few:
        </Nothing>
      )}
      <ul class="reasons">
        {reasons.map(([reason, each]) => (
          <Reason
            key={reason}
            reason={reason}
            letters={each}
            most={reasons[0]?.[1] ?? 1}
            linked={exists('dead-letters')}
          />
        ))}
      </ul>
    </section>
  );
}

interface ReasonProps {
  readonly reason: string;
  readonly letters: number;
  readonly most: number;
  readonly linked: boolean;
}

function Reason({ reason, letters, most, linked }: ReasonProps) {
  const said = (
    <>
      <span>{reason}</span>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="6" />
        <rect width={Math.max(1, (letters / most) * 100)} height="6" />
      </svg>
      <b>{count(letters)}</b>
    </>
  );
  return <li>{linked ? <a href={linkTo('dead-letters', [], { reason })}>{said}</a> : <p>{said}</p>}</li>;
}
