/** The headline: the last proof, and the sum that adds up. */
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { count } from '../view/numbers.ts';

export function Headline() {
  const books = usePicked(live, ({ pulse }) => pulse?.books ?? null);
  return (
    <section class="card headline" aria-label="Proof">
      <p>{count(books?.offsets)} in Kafka</p>
    </section>
  );
}
