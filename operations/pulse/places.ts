/** Whether all is well with each place. Pure: thresholds are those by which jobs are scheduled and streams are cut into batches. */
import type { Stream } from '#domain/streams.ts';
import type { PlacePulse } from '../pulse.ts';
import type { WaitingJob } from './waiting-jobs.ts';

export type Verdict = Pick<PlacePulse, 'state' | 'why'>;

export const fine: Verdict = { state: 'fine' };

/** How far a consumer is with a stream. Seconds. */
export interface Consumption {
  readonly lag: number;
  /** How long records have waited without a pause. */
  readonly waited: number;
  /** Since the last commit; null if there was none. */
  readonly committed: number | null;
  /** Since Kafka's timestamp of the newest record that has taken effect; null if unknown. */
  readonly age: number | null;
}

/** A function that starts, a retry: no reason to look. */
const MOMENT = 60;
/** From when on an alarm of the cloud would have gone off too. */
const STALLED = 600;

/** A window after records have come, they are on their way. */
export function verdictOnStream(
  { topic, consumer, batching }: Pick<Stream, 'topic' | 'consumer' | 'batching'>,
  { lag, waited, committed, age }: Consumption,
): Verdict {
  const window = batching.maximumBatchingWindowInSeconds;
  const stalled = Math.min(waited, committed ?? waited);
  const waiting = `${lag.toLocaleString('en-US')} records of ${topic} wait`;
  if (stalled > window + MOMENT)
    return {
      state: stalled > STALLED ? 'wrong' : 'look',
      why: `${waiting}, and ${consumer} has taken none for ${inWords(stalled)}.`,
    };
  const behind = Math.min(waited, age ?? 0);
  if (behind > 3 * window + 2 * MOMENT)
    return { state: 'look', why: `${waiting}: the newest that has taken effect is ${inWords(behind)} old.` };
  return fine;
}

/** Half of the time that the proof allows a job beyond its schedule is a reason to look, all of it is what the proof calls off. */
export function verdictOnJob({ job, everyMinutes, allowedMinutes, waiting, longest }: WaitingJob): Verdict {
  const minutes = (longest ?? 0) / 60;
  if (minutes <= (everyMinutes + allowedMinutes) / 2) return fine;
  const what = waiting === 1 ? '1 has waited' : `${waiting.toLocaleString('en-US')} have waited`;
  return {
    state: minutes > allowedMinutes ? 'wrong' : 'look',
    why: `${what} for ${job} for up to ${inWords(longest ?? 0)}; it should run every ${inWords(everyMinutes * 60)}.`,
  };
}

/** What came in ten minutes is news. */
const NEWS = 600;

/** @param age seconds since the newest letter; null if there is none */
export const verdictOnLetters = (age: number | null): Verdict =>
  age !== null && age < NEWS ? { state: 'look', why: `A record became a dead letter ${inWords(age)} ago.` } : fine;

const order = ['fine', 'unknown', 'look', 'wrong'] as const;

export const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce((bad, each) => (order.indexOf(each.state) > order.indexOf(bad.state) ? each : bad), fine);

const units = [
  ['s', 60],
  ['min', 60],
  ['h', 48],
  ['days', Number.POSITIVE_INFINITY],
] as const;

/** "45 s", "5 min", "3 h", "4 days" */
export function inWords(seconds: number): string {
  let count = seconds;
  for (const [unit, next] of units) {
    if (Math.round(count) < next) return `${Math.max(0, Math.round(count))} ${unit}`;
    count /= unit === 'h' ? 24 : 60;
  }
  throw new Error(`Expected seconds, got ${seconds}`);
}
