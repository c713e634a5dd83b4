/** The proofs that were made, as long as they are kept: what was found off, and what stood off then. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Proofs } from '#console/api.ts';
import type { ProofNote } from '#operations/proofs.ts';
import { AskError, ask } from '../../client/ask.ts';
import { live } from '../../client/live-store.ts';
import { usePicked } from '../../client/store.ts';
import { isGapBetween, joined, type Moment, momentsOf, type PastProofs } from '../../view/past-proofs.ts';
import { took } from '../../view/time.ts';
import { List, type ListColumn } from '../list.tsx';
import { Mark } from '../mark.tsx';
import { Asking, Failed } from '../states.tsx';
import { Time } from '../time.tsx';

const PAGE = 200;

export interface PastProps {
  readonly selected: string | undefined;
  readonly onSelect: (proof: ProofNote) => void;
}

export function Past({ selected, onSelect }: PastProps) {
  const { past, isAll, error, more } = usePast();
  const isAway = usePicked(live, ({ pulse }) => pulse !== null && pulse.sources.postgres !== 'ok');
  if (past === null && isAway) return <p class="muted">Unknown, since PostgreSQL doesn’t answer.</p>;
  if (past === null) return <Asking />;
  if (past.proofs.length === 0) return <p class="muted">None yet.</p>;
  const moments = momentsOf(past).toReversed();
  return (
    <>
      <div class="rows">
        <List
          label="Proofs"
          rows={moments}
          columns={columns}
          keyOf={({ proof }) => String(proof.id)}
          selected={selected ?? null}
          onSelect={({ proof }) => onSelect(proof)}
          onNearEnd={more}
          total={moments.length + (isAll ? 0 : 1)}
        />
      </div>
      {error && <Failed error={error} again={more} />}
    </>
  );
}

/** Those that the page has anyway and, as a person scrolls down to them, those before. */
function usePast() {
  const proofs = usePicked(live, (state) => state.proofs);
  const [past, setPast] = useState<PastProofs | null>(null);
  const [isAll, setIsAll] = useState(false);
  const [error, setError] = useState<AskError | null>(null);
  const isAsking = useRef(false);
  useEffect(() => {
    if (!proofs) return;
    const latest = { proofs, proofsBefore: live.get().proofsBefore };
    if (!isGapBetween(past, latest)) return setPast((before) => joined(before, latest));
    setPast(latest);
    setIsAll(false);
  }, [proofs]);
  const from = past?.proofs[0]?.id;
  const oldest = useRef(from);
  oldest.current = from;
  const more = useCallback(() => {
    if (isAsking.current || isAll || from === undefined) return;
    isAsking.current = true;
    setError(null);
    ask<Proofs>(`/api/proofs?limit=${PAGE}&before=${from}`)
      .then(
        ({ data: { rows, before, next } }) => {
          // Meanwhile another list may have begun, which these don't touch.
          if (oldest.current !== from) return;
          setPast((shown) => joined(shown, { proofs: rows.toReversed(), proofsBefore: before }));
          setIsAll(next === null);
        },
        (failure: unknown) => {
          if (!(failure instanceof AskError)) throw failure;
          setError(failure);
        },
      )
      .finally(() => {
        isAsking.current = false;
      });
  }, [from, isAll]);
  return { past, isAll, error, more };
}

const columns: readonly ListColumn<Moment>[] = [
  {
    name: 'verdict',
    width: '104px',
    show: ({ proof: { balanced, off }, standing }) => (
      <span title={off.map(({ name }) => name).join('; ')}>
        <Mark state={!balanced ? 'wrong' : standing.length > 0 ? 'look' : 'fine'} />{' '}
        {!balanced ? `${off.length} off` : standing.length > 0 ? 'still off' : 'balanced'}
      </span>
    ),
  },
  { name: 'began', width: '90px', show: ({ proof }) => <Time at={proof.provedAt} /> },
  { name: 'took', width: '58px', isNumber: true, show: ({ proof }) => took(proof.seconds) },
  { name: 'depth', show: ({ proof: { depth, all } }) => (all ? `${depth}, all` : depth) },
];
