import { expect, it } from 'vitest';
import { hasEnded, type JobRunEvent, next, submitted } from './states.ts';

const after = (...events: JobRunEvent[]) => events.reduce(next, submitted);
const waits = { type: 'waits', what: 'installing Spark' } as const;
const scheduled = { type: 'scheduled' } as const;
const started = { type: 'started' } as const;
const cancelled = { type: 'cancelled', why: 'asked for' } as const;
const ended = (exit: number | string) => ({ type: 'ended', exit, lastLines: 'ValueError: no' }) as const;

it('goes from SUBMITTED to SUCCESS', () => {
  const run = [waits, scheduled, started, ended(0)];
  expect(run.map((_, index) => after(...run.slice(0, index + 1)).state)).toEqual([
    'PENDING',
    'SCHEDULED',
    'RUNNING',
    'SUCCESS',
  ]);
});

it.each([1, 'SIGKILL'])('fails with exit %s and the last lines of the log', (exit) => {
  expect(after(waits, scheduled, started, ended(exit))).toEqual({
    state: 'FAILED',
    stateDetails: `Job failed. Exit code: ${exit}. Last lines:\nValueError: no`,
  });
});

it('fails with the reason when it cannot be started', () => {
  expect(after(waits, { type: 'refused', why: 'no network' })).toEqual({
    state: 'FAILED',
    stateDetails: 'no network',
  });
});

it('is cancelled at once before its driver runs, and after the end of the driver then', () => {
  expect(after(cancelled).state).toBe('CANCELLED');
  expect(after(waits, cancelled, scheduled, started).state).toBe('CANCELLED');
  expect(after(waits, scheduled, started, cancelled).state).toBe('CANCELLING');
  expect(after(waits, scheduled, started, cancelled, ended('SIGTERM')).state).toBe('CANCELLED');
});

it('stays as it ended', () => {
  const success = after(waits, scheduled, started, ended(0));
  expect(hasEnded(success)).toBe(true);
  expect([cancelled, ended(1), started].map((event) => next(success, event))).toEqual([success, success, success]);
});
