/** How many dead letters came since this person last looked at them, beside the name of their page. */
import { live } from '../client/live-store.ts';
import { seenLetters } from '../client/seen-letters.ts';
import { usePicked } from '../client/store.ts';
import { newLetters, sumOfNew } from '../view/new-letters.ts';
import { count } from '../view/numbers.ts';

export function Unseen() {
  const news = usePicked(live, ({ pulse, session }) =>
    pulse ? pulse.letters && sumOfNew(newLetters(pulse.letters, seenLetters(session))) : 0,
  );
  return news !== 0 ? (
    <span class="badge">
      {count(news)}
      <span class="for-readers"> new</span>
    </span>
  ) : null;
}
