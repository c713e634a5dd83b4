import { expect, it } from 'vitest';
import { until } from '../processes/until.ts';
import { createJobRuns, type Driver, type JobRequest, type JobRuns } from './job-runs.ts';

const job = (name: string, more: Partial<JobRequest> = {}): JobRequest => ({
  ...{ name, clientToken: name, executionRoleArn: 'arn', jobDriver: { sparkSubmit: { entryPoint: 'job.py' } } },
  ...more,
});

/** A driver that runs until it is stopped, or exits as given. */
function driver(exit?: Promise<number>): Driver {
  const stopped = Promise.withResolvers<string>();
  const stop = async () => stopped.resolve('SIGTERM');
  return { exit: exit ?? stopped.promise, lastLines: () => '', stop, kill: stop };
}

const ended = (runs: JobRuns, jobRunId: string) =>
  until(() => runs.find(jobRunId)?.endedAt !== undefined && runs.find(jobRunId), {
    what: 'it has ended',
    within: 5_000,
  });

it('a driver that cannot be ended fails its own job only, and the next job runs', async () => {
  const exits = [Promise.reject(new Error('it would not die')), Promise.resolve(0)];
  const runs = createJobRuns(async () => driver(exits.shift()));
  const [first, second] = [runs.start(job('first')), runs.start(job('second'))];
  expect(await ended(runs, first.jobRunId)).toMatchObject({ state: 'FAILED', stateDetails: 'it would not die' });
  expect(await ended(runs, second.jobRunId)).toMatchObject({ state: 'SUCCESS' });
});

// EMR Serverless allows both: 0 means no limit, and the largest is longer than Node's timers.
it.each([0, 1_000_000])('a limit of %i minutes does not end a job', async (executionTimeoutMinutes) => {
  const runs = createJobRuns(async () => driver());
  const { jobRunId } = runs.start(job('long', { executionTimeoutMinutes }));
  const running = await until(() => runs.find(jobRunId)?.state === 'RUNNING', { what: 'it runs', within: 5_000 });
  expect(running).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(runs.find(jobRunId)?.state).toBe('RUNNING');
  await runs.end('stop');
});

it('a job that exceeds its limit is cancelled', async () => {
  const runs = createJobRuns(async () => driver());
  const { jobRunId } = runs.start(job('short', { executionTimeoutMinutes: 1 / 60_000 }));
  expect(await ended(runs, jobRunId)).toMatchObject({ state: 'CANCELLED' });
});
