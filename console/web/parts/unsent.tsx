/** How many dead letters nobody has sent back, beside the name of their page. */
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { count } from '../view/numbers.ts';

export function Unsent() {
  const letters = usePicked(live, ({ pulse }) => (pulse ? (pulse.unsent ?? null) : 0));
  return letters !== 0 ? <span class="badge">{count(letters)}</span> : null;
}
