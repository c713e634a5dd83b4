import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { invoke } from '#cli/invoke.ts';
import { startPollerProcess } from '#localstack/poller/poller-process.ts';
import { until } from '#localstack/processes/until.ts';
import type { Chunk } from '../../support/pipeline.ts';
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
    try {
      const poller = await startPollerProcess({
        ...{ runFolder, awsEndpoint: lambda.endpoint, bootstrapServers: kafka.bootstrapServers },
        environment: 'earlier',
      });
      try {
        await until(() => CONSUMERS.every((name) => consumed(poller.logFile).has(name)), {
          what: 'every function of the earlier version has consumed records',
          within: 120_000,
        });
        const { chunks } = await invoke<{ chunks: Chunk[] }>(earlier, 'load-orders', { action: 'list' });
        for (const { delivery_ids } of chunks)
          await invoke(earlier, 'load-orders', { action: 'load', delivery_ids, run_id: 'earlier' });
        await invoke(earlier, 'run-transformations', { action: 'transform' });
        await invoke(earlier, 'index-hourly-metrics', {});
        await invoke(earlier, 'relay-outbox', {});
        await delay(random.integer(0, 5_000));
      } finally {
        await (random.chance(0.5) ? poller.stop() : poller.kill());
      }
    } finally {
      await remove();
    }
  },
};

/** The functions that have succeeded, by the log of their event source. */
function consumed(logFile: string): Set<string> {
  const lines = readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .slice(0, -1);
  const events = lines.map((line) => JSON.parse(line) as { kind: string; consumer: string; failure?: string });
  return new Set(events.flatMap(({ kind, consumer, failure }) => (kind === 'invoked' && !failure ? [consumer] : [])));
}
