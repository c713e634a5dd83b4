/** A proof with all of its checks, and those before it. */
import { useEffect } from 'preact/hooks';
import type { AskedProof } from '#console/api.ts';
import { live } from '../client/live-store.ts';
import { go } from '../client/location.ts';
import { usePicked } from '../client/store.ts';
import { useAnswer } from '../client/use-answer.ts';
import { Copy } from '../parts/copy.tsx';
import { Mark } from '../parts/mark.tsx';
import { Checks } from '../parts/proof/checks.tsx';
import { Past } from '../parts/proof/past.tsx';
import { ProveNow } from '../parts/proof/prove-now.tsx';
import { Asking, Failed, Nothing, Old } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { some } from '../view/numbers.ts';
import { momentsOf } from '../view/past-proofs.ts';
import { linkTo } from '../view/route.ts';
import { took } from '../view/time.ts';
import { depthOf } from '../view/verdict.ts';
import type { PageProps } from './page.ts';

const PATH = 'proof';

export function Proof({ route, exists }: PageProps) {
  const { at } = route.query;
  const newest = usePicked(live, ({ proofs }) => proofs?.at(-1)?.id);
  // The same question each time there is a newer one: what is shown stays until the answer has come.
  const asked = useAnswer<AskedProof>(`/api/proof/${encodeURIComponent(at ?? 'latest')}`);
  const mayAct = usePicked(live, ({ session }) => session?.may.includes('act') ?? false);
  const { answer, error, again } = asked;
  const isPaused = usePicked(live, ({ pausedAt }) => pausedAt !== null);
  const shown = answer?.data.proof.id ?? 0;
  useEffect(() => {
    if (at === undefined && !isPaused && (answer || error) && newest !== undefined && newest > shown) again();
  }, [at, newest, shown, isPaused]);
  return (
    <div class="proof-page">
      <section class="card" aria-label="Checks">
        <Standing at={at} />
        {answer === null && error === null && <Asking />}
        {answer === null && error?.code === 'no_such_proof' && at === undefined && (
          <Nothing command="npx tillstream proof">
            <b>Not proved yet.</b> What is checked, and whether it balances, would be here. This proves:
          </Nothing>
        )}
        {answer === null && error && !(error.code === 'no_such_proof' && at === undefined) && (
          <Failed error={error} again={again} />
        )}
        {answer && error && <Old at={answer.at} why={error.message} />}
        {answer && <One {...answer.data} exists={exists} isLatest={at === undefined} />}
      </section>
      <section class="card proofs-list" aria-label="Proofs">
        <header>
          <h2>Proofs</h2>
          <span class="muted">of 90 days, the latest first</span>
        </header>
        {mayAct && <ProveNow />}
        <Past selected={at} onSelect={({ id }) => go(linkTo(PATH, [], { at: id }), true)} />
      </section>
    </div>
  );
}

/** What stands although the latest proof doesn't see it, or another proof is shown. */
function Standing({ at }: { at: string | undefined }) {
  const proofs = usePicked(live, (state) => state.proofs);
  const proofsBefore = usePicked(live, (state) => state.proofsBefore);
  const { proof, standing = [] } = (proofs && momentsOf({ proofs, proofsBefore }).at(-1)) ?? {};
  const others = standing.filter(({ id }) => (at === undefined ? id !== proof?.id : String(id) !== at));
  if (others.length === 0) return null;
  return (
    <ul class="standing">
      {others.map((off) => (
        <li key={off.id}>
          <Mark state="wrong" /> <b>Still off:</b> {off.off[0]?.name}, by{' '}
          <a href={linkTo(PATH, [], { at: off.id })}>proof {off.id}</a> of <Time at={off.provedAt} /> UTC. It stands
          until a proof of depth {depthOf(off)}, or a deeper one, balances.
        </li>
      ))}
    </ul>
  );
}

type OneProps = AskedProof & Pick<PageProps, 'exists'> & { readonly isLatest: boolean };

function One({ proof, printed, exists, isLatest }: OneProps) {
  const { id, balanced, provedAt, seconds, checks, off, every, read } = proof;
  return (
    <>
      <header>
        <h1 class={balanced ? '' : 'is-off'}>
          <Mark state={balanced ? 'fine' : 'wrong'} /> {balanced ? 'Balanced' : 'Not balanced'}
        </h1>
        <span class="muted">
          proof {id}
          {isLatest ? ', the latest' : ''} ·{' '}
          {off.length > 0 ? `${off.length} of ${some(checks, 'checks')} off` : `${some(checks, 'checks')} hold`} · depth{' '}
          {depthOf(proof)} · began <Time at={provedAt} /> UTC, took {took(seconds)}
        </span>
        {!isLatest && <a href={linkTo(PATH)}>The latest</a>}
      </header>
      {read !== null && <p class="muted">{read}</p>}
      {every === null && (
        <p class="muted">Only what was off is kept of a proof that is no more among the last 1,000.</p>
      )}
      <Checks
        proof={proof}
        exists={exists}
        command={`npx tillstream proof --of ${id}`}
        acts={printed && <Copy text={JSON.stringify(printed)}>Copy JSON</Copy>}
      />
    </>
  );
}
