/** What the frame knows of the page of dead letters; the page itself comes when it is opened. */
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { later } from '../parts/later.tsx';
import { count } from '../view/numbers.ts';
import type { Page } from './page.ts';

/** How many nobody has sent back. */
function Badge() {
  const letters = usePicked(live, ({ pulse }) => (pulse ? (pulse.unsent ?? null) : 0));
  return letters !== 0 ? <span class="badge">{count(letters)}</span> : null;
}

export const deadLetters: Page = {
  path: 'dead-letters',
  name: 'Dead letters',
  letter: 'd',
  needs: 'read',
  Show: later(async () => (await import('./dead-letters-page.tsx')).DeadLetters),
  Badge,
};
