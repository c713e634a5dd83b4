/** The headline: whether all is there, as a proof says, and the sum that adds up. */
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { useNow } from '../client/use-now.ts';
import { some } from '../view/numbers.ts';
import { linkTo } from '../view/route.ts';
import { duration, took } from '../view/time.ts';
import { allAnswerIn, depthOf, firstOff, type Verdict, verdictOf } from '../view/verdict.ts';
import { Mark } from './mark.tsx';
import { Strokes } from './past-proofs.tsx';
import { Sum } from './sum.tsx';
import { Time } from './time.tsx';

export function Headline() {
  const now = useNow();
  const proofs = usePicked(live, (state) => state.proofs);
  const proofsBefore = usePicked(live, (state) => state.proofsBefore);
  // Before the first pulse, and while paused, nobody knows which answer now.
  const allAnswer = usePicked(live, ({ pulse }) => allAnswerIn(pulse));
  const isDown = usePicked(live, ({ pulse }) => pulse !== null && pulse.sources.postgres !== 'ok');
  const isLive = usePicked(live, ({ connection, pausedAt }) => connection.is === 'live' && pausedAt === null);
  const past = proofs && { proofs, proofsBefore };
  const verdict = verdictOf(past, { now, allAnswer, isLive });
  return (
    <section class={`card headline is-${stateOf(verdict)}`} aria-label="Proof">
      <div class="verdict">
        <Mark state={stateOf(verdict)} />
        <div>
          <h1>{proofs !== null ? WORDS[verdict.is] : isDown ? 'No verdict' : 'Asking …'}</h1>
          {proofs !== null && <Details verdict={verdict} />}
        </div>
      </div>
      <Sum />
      {past && past.proofs.length > 0 && <Strokes past={past} />}
      {verdict.is === 'off' && <FirstOff {...verdict} />}
    </section>
  );
}

const WORDS = {
  none: 'Not proved yet',
  expired: 'No verdict',
  suspended: 'No verdict',
  balanced: 'Balanced',
  off: 'Not balanced',
} as const;

function stateOf(verdict: Verdict) {
  if (verdict.is === 'off') return 'wrong';
  return verdict.is === 'balanced' && !verdict.isOld ? 'fine' : 'unknown';
}

function Details({ verdict }: { verdict: Verdict }) {
  if (verdict.is === 'none')
    return (
      <p class="muted">
        <code>npx tillstream proof</code> makes one
      </p>
    );
  const { proof, age } = verdict;
  if (verdict.is === 'expired' || verdict.is === 'suspended')
    return (
      <p class="muted">
        No proof since <Time at={proof.provedAt} /> UTC, {duration(age)} ago.
      </p>
    );
  const off = proof.off.length;
  return (
    <p class="muted">
      <a href={linkTo('proof', [], verdict.is === 'off' && verdict.last !== null ? { at: proof.id } : {})}>
        {off > 0 ? `${off} of ${some(proof.checks, 'checks')} off` : `${some(proof.checks, 'checks')} hold`}
      </a>{' '}
      · {duration(age)} ago, in {took(proof.seconds)}
    </p>
  );
}

function FirstOff({ proof, last }: Extract<Verdict, { is: 'off' }>) {
  const first = firstOff(proof);
  if (!first) return null;
  const more = proof.off.length - 1;
  return (
    <p class="first-off">
      <b>{first.what}</b> {first.where}
      {more > 0 && <span class="muted"> and {some(more, 'more checks')}</span>}
      {last !== null && (
        <span class="muted">
          {' '}
          · found by a proof of depth {depthOf(proof)}; one at <Time at={last} /> balanced, but it doesn’t look there
        </span>
      )}
    </p>
  );
}
