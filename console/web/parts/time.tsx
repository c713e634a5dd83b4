/** A moment: UTC, with the whole and the local time in its tooltip. */
import { serverNow } from '../client/live-store.ts';
import { utcAndLocal, utcTime } from '../view/time.ts';

/** @param at ISO 8601 @param dated with its date in any case: where it isn't drawn anew, today becomes yesterday */
export function Time({ at, dated = false }: { at: string; dated?: boolean }) {
  const moment = new Date(at);
  return (
    <time dateTime={at} title={utcAndLocal(moment)}>
      {utcTime(moment, new Date(dated ? 0 : serverNow()))}
    </time>
  );
}
