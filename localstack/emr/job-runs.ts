/** The stand-in's job runs: queues, starts, cancels and ends them, and keeps their states. */
import { randomBytes } from 'node:crypto';
import type { SparkSubmit } from './spark-submit.ts';
import { hasEnded, type JobRunEvent, type JobRunStatus, next, submitted } from './states.ts';

export interface JobRequest {
  readonly name?: string;
  readonly clientToken: string;
  readonly executionRoleArn: string;
  readonly jobDriver: { readonly sparkSubmit: SparkSubmit };
  readonly configurationOverrides?: ConfigurationOverrides;
  /** 0: no limit. */
  readonly executionTimeoutMinutes?: number;
  readonly mode?: 'BATCH' | 'STREAMING';
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ConfigurationOverrides {
  readonly applicationConfiguration?: readonly Configuration[];
}

export interface Configuration {
  readonly classification: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export interface JobRun extends JobRequest, JobRunStatus {
  readonly jobRunId: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** The process that runs a job. */
export interface Driver {
  /** Resolves with the exit code or signal once all its processes have ended. */
  readonly exit: Promise<number | string>;
  /** The end of its logs. */
  lastLines(): string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export interface JobRuns {
  /** Idempotent by clientToken: the same token gets the run that it started. */
  start(request: JobRequest): JobRun;
  find(jobRunId: string): JobRun | undefined;
  cancel(jobRunId: string, why: string): void;
  /** Ends every driver, by request or by force; resolves when none is left. */
  end(how: 'stop' | 'kill'): Promise<void>;
}

/** EMR Serverless' own limit. */
const TIMEOUT_MINUTES = 720;

/** Milliseconds: Node fires longer timers at once. No job on one machine runs for weeks. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Batch jobs run one at a time, since this machine has few cores; streaming jobs run beside them.
 *
 * @param startDriver reports what it waits for
 */
export function createJobRuns(
  startDriver: (jobRun: JobRun, report: (progress: string) => void) => Promise<Driver>,
): JobRuns {
  const runs = new Map<string, JobRun>();
  const drivers = new Map<string, Driver>();
  const underWay = new Set<Promise<void>>();
  let lastBatch = Promise.resolve();
  let closed = false;

  const current = (jobRunId: string) => runs.get(jobRunId) as JobRun;
  const tell = (jobRunId: string, event: JobRunEvent): JobRun => {
    const before = current(jobRunId);
    const now = Date.now();
    const status = next(before, event);
    const after: JobRun = {
      ...before,
      ...status,
      updatedAt: now,
      ...(status.state === 'RUNNING' && !before.startedAt && { startedAt: now }),
      ...(hasEnded(status) && !before.endedAt && { endedAt: now }),
    };
    runs.set(jobRunId, after);
    return after;
  };

  const cancel = (jobRunId: string, why: string): void => {
    tell(jobRunId, { type: 'cancelled', why });
    drivers.get(jobRunId)?.stop();
  };

  async function carryOut(jobRunId: string): Promise<void> {
    if (hasEnded(current(jobRunId))) return;
    let driver: Driver;
    try {
      driver = await startDriver(current(jobRunId), (what) => tell(jobRunId, { type: 'waits', what }));
    } catch (error) {
      tell(jobRunId, { type: 'refused', why: (error as Error).message });
      return;
    }
    drivers.set(jobRunId, driver);
    tell(jobRunId, { type: 'scheduled' });
    const { state, executionTimeoutMinutes: minutes = TIMEOUT_MINUTES } = tell(jobRunId, { type: 'started' });
    if (state !== 'RUNNING' || closed) driver.kill();
    const isLimited = minutes > 0 && minutes * 60_000 <= LONGEST_TIMER;
    const late = isLimited
      ? setTimeout(() => cancel(jobRunId, `It ran longer than ${minutes} minutes.`), minutes * 60_000)
      : undefined;
    try {
      const exit = await driver.exit;
      tell(jobRunId, { type: 'ended', exit, lastLines: driver.lastLines() });
    } catch (error) {
      // The queued jobs wait until it has ended, even if it failed.
      tell(jobRunId, { type: 'refused', why: (error as Error).message });
    } finally {
      clearTimeout(late);
      drivers.delete(jobRunId);
    }
  }

  return {
    start(request) {
      const same = [...runs.values()].find(({ clientToken }) => clientToken === request.clientToken);
      if (same) return same;
      const now = Date.now();
      const jobRunId = `00${randomBytes(8).toString('hex')}`;
      runs.set(jobRunId, { ...request, ...submitted, jobRunId, createdAt: now, updatedAt: now });
      tell(jobRunId, { type: 'waits', what: 'Waits for its turn.' });
      const turn = request.mode === 'STREAMING' ? Promise.resolve() : lastBatch;
      const work = turn.then(() => carryOut(jobRunId)).finally(() => underWay.delete(work));
      underWay.add(work);
      if (request.mode !== 'STREAMING') lastBatch = work;
      return current(jobRunId);
    },
    find: (jobRunId) => runs.get(jobRunId),
    cancel,
    async end(how) {
      closed = true;
      for (const { jobRunId } of runs.values()) tell(jobRunId, { type: 'cancelled', why: 'The stack was stopped.' });
      await Promise.all([...drivers.values()].map((driver) => driver[how]()));
      await Promise.all(underWay);
    },
  };
}
