/** What a person who looks elsewhere has to know: the window's title, and what is read out, once, when the verdict changes. */
import { useEffect, useState } from 'preact/hooks';
import { live } from '../client/live-store.ts';
import { firstOff } from '../view/verdict.ts';

/** @param page the name of the page that is open */
export function Verdict({ page }: { page: string }) {
  const [said, say] = useState('');
  useEffect(() => {
    let wasOff: boolean | null = null;
    // Not when the page is drawn: a page in the background isn't.
    const look = () => {
      const proof = live.get().proofs?.at(-1);
      const isOff = proof !== undefined && !proof.balanced;
      document.title = isOff ? '✗ Tillstream' : `${page} · Tillstream`;
      if (isOff && wasOff !== true) say(`Not balanced. ${firstOff(proof)?.what ?? ''} ${firstOff(proof)?.where ?? ''}`);
      if (!isOff && wasOff === true) say('Balanced again.');
      if (proof !== undefined) wasOff = isOff;
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
