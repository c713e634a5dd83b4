/**
 * The states of a job run in EMR Serverless:
 * https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/job-states.html
 */

export type JobRunState =
  | 'SUBMITTED'
  | 'PENDING'
  | 'SCHEDULED'
  | 'RUNNING'
  | 'SUCCESS'
  | 'FAILED'
  | 'CANCELLING'
  | 'CANCELLED';

export type JobRunEvent =
  /** It waits for `what`: the install of Spark, or another job. */
  | { readonly type: 'waits'; readonly what: string }
  /** It is its turn. */
  | { readonly type: 'scheduled' }
  /** The driver runs. */
  | { readonly type: 'started' }
  /** The driver has ended. `exit` is its exit code, or the signal that ended it. */
  | { readonly type: 'ended'; readonly exit: number | string; readonly lastLines: string }
  /** It could not be started, or its exit is unknown. */
  | { readonly type: 'refused'; readonly why: string }
  | { readonly type: 'cancelled'; readonly why: string };

export interface JobRunStatus {
  readonly state: JobRunState;
  readonly stateDetails: string;
}

export const submitted: JobRunStatus = { state: 'SUBMITTED', stateDetails: '' };

export const hasEnded = ({ state }: JobRunStatus): boolean =>
  state === 'SUCCESS' || state === 'FAILED' || state === 'CANCELLED';

/** The status after the event. A late event, such as the start of a driver that was cancelled meanwhile, changes nothing. */
export function next(status: JobRunStatus, event: JobRunEvent): JobRunStatus {
  if (hasEnded(status)) return status;
  const { state } = status;
  switch (event.type) {
    case 'waits':
      return state === 'SUBMITTED' || state === 'PENDING' ? { state: 'PENDING', stateDetails: event.what } : status;
    case 'scheduled':
      return state === 'PENDING' ? { state: 'SCHEDULED', stateDetails: '' } : status;
    case 'started':
      return state === 'SCHEDULED' ? { state: 'RUNNING', stateDetails: '' } : status;
    case 'cancelled':
      // Only a running driver needs time to end.
      return state === 'RUNNING' || state === 'CANCELLING'
        ? { state: 'CANCELLING', stateDetails: event.why }
        : { state: 'CANCELLED', stateDetails: event.why };
    case 'refused':
      return { state: 'FAILED', stateDetails: event.why };
    case 'ended':
      if (state === 'CANCELLING') return { ...status, state: 'CANCELLED' };
      if (event.exit === 0) return { state: 'SUCCESS', stateDetails: '' };
      return { state: 'FAILED', stateDetails: `Job failed. Exit code: ${event.exit}. Last lines:\n${event.lastLines}` };
  }
}
