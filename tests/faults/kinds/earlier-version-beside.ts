import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionName } from '#cdk/config/functions.ts';
import { invoke } from '#cli/invoke.ts';
import { startPollerProcess } from '#localstack/poller/poller-process.ts';
import { until } from '#localstack/processes/until.ts';
import { scheduledJobs } from '../../support/scheduled-jobs.ts';
import { persist } from '../cannot-strike.ts';
import { deployEarlier, EARLIER } from '../earlier-version.ts';
import type { Fault } from '../fault.ts';

const CONSUMERS = ['archive-orders', 'archive-user-events', 'update-inventory', 'store-transactions'] as const;
const CALLED = ['load-orders', 'run-transformations', 'index-hourly-metrics', 'relay-outbox'] as const;

export const fault: Fault = {
  breaks:
    'the functions of an earlier commit get half of the partitions, and load and transform too, beside the present ones',
  async strike(pipeline, random) {
    const { runFolder, kafka, lambda } = pipeline.stack.status;
    const remove = await deployEarlier(pipeline, [...CONSUMERS, ...CALLED]);
    const earlier = { ...pipeline.stack.status, lambda: { ...lambda, functionPrefix: EARLIER } };
    const call = <Result>(name: FunctionName, payload: object) => invoke<Result>(earlier, name, payload);
    const { load, transform } = scheduledJobs(call);
    try {
      const logFile = join(runFolder, 'logs', 'poller-earlier.log');
      // A strike before this one has written into the same log.
      const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
      const poller = await startPollerProcess({
        ...{ runFolder, awsEndpoint: lambda.endpoint, bootstrapServers: kafka.bootstrapServers },
        environment: 'earlier',
      });
      try {
        await until(() => CONSUMERS.every((name) => consumed(logFile, logStart).has(name)), {
          what: 'every function of the earlier version has consumed records',
          within: 240_000,
        });
        // The present version does the same meanwhile, and one may keep the other from it once.
        await persist('the earlier version loads', load);
        await persist('the earlier version transforms', transform);
        await persist('the earlier version announces', () => call('relay-outbox', {}));
        await delay(random.integer(0, 5_000));
      } finally {
        await (random.chance(0.5) ? poller.stop() : poller.kill());
      }
    } finally {
      await remove();
    }
  },
};

/** The functions that have succeeded, by the log of their event source from this byte on. */
function consumed(logFile: string, start: number): Set<string> {
  const lines = readFileSync(logFile)
    .subarray(start)
    .toString()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .slice(0, -1);
  const events = lines.map((line) => JSON.parse(line) as { kind: string; consumer: string; failure?: string });
  return new Set(events.flatMap(({ kind, consumer, failure }) => (kind === 'invoked' && !failure ? [consumer] : [])));
}
