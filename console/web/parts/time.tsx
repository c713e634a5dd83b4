/** A moment: UTC, with the whole and the local time in its tooltip. */
import { serverNow } from '../client/live-store.ts';
import { utcAndLocal, utcTime } from '../view/time.ts';

/** @param at ISO 8601 */
export function Time({ at }: { at: string }) {
  const moment = new Date(at);
  return (
    <time dateTime={at} title={utcAndLocal(moment)}>
      {utcTime(moment, new Date(serverNow()))}
    </time>
  );
}
