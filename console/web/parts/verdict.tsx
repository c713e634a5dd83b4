/** What a person who looks elsewhere has to know: the window's title, and what is read out, once, when the verdict changes. */
import { useEffect, useState } from 'preact/hooks';
import { live, serverNow } from '../client/live-store.ts';
import { allAnswerIn, firstOff, verdictOf } from '../view/verdict.ts';

/** @param page the name of the page that is open */
export function Verdict({ page }: { page: string }) {
  const [said, say] = useState('');
  useEffect(() => {
    let wasOff: boolean | null = null;
    let wasUnknown = false;
    // Not when the page is drawn: a page in the background isn't.
    const look = () => {
      const { proofs, proofsBefore, pulse, connection } = live.get();
      const circumstances = { now: serverNow(), allAnswer: pulse === null || allAnswerIn(pulse), isLive: true };
      const isGone = connection.is === 'lost' || connection.is === 'refused';
      const verdict = verdictOf(proofs && { proofs, proofsBefore }, circumstances);
      const isUnknown = isGone || verdict.is === 'expired' || verdict.is === 'suspended';
      const isOff = verdict.is === 'off';
      const { what = '', where = '' } = (isOff && firstOff(verdict.proof)) || {};
      document.title = isOff ? '✗ Tillstream' : `${isUnknown ? '? ' : ''}${page} · Tillstream`;
      if (isUnknown && !wasUnknown && !isOff) say('No verdict.');
      wasUnknown = isUnknown;
      if (isOff && wasOff !== true) say(`Not balanced. ${what} ${where}`);
      if (!isOff && wasOff === true) say('Balanced again.');
      if (verdict.is !== 'none') wasOff = isOff;
    };
    look();
    return live.subscribe(look);
  }, [page]);
  return (
    <p class="for-readers" aria-live="assertive">
      {said}
    </p>
  );
}
