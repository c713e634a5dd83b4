/**
 * What a stack costs that has nothing to do: CPU seconds and memory of each process of the one that `npm start` runs, once all
 * that was produced has been dealt with. How much that was is up to whoever started it:
 *
 *     npm start -- --stay --orders 1000000 --rate 100000
 *     npm run benchmark -- rest --minutes 5
 */
import { setTimeout as delay } from 'node:timers/promises';
import { withBackbone } from '#cli/backbone.ts';
import { formatCount } from '#cli/numbers.ts';
import { runningStack } from '#cli/running-stack.ts';
import { readProgress, total, type WholeProgress } from '#operations/progress.ts';
import { readWritten } from '#operations/written.ts';
import type { Settings } from '../settings.ts';
import { markdown } from '../table.ts';
import { readUsage, runsSpark, type Usage } from './processes.ts';

/** How long nothing may have been written that a proof looks at, nor Spark have run: DAGs follow each other within a minute. */
const QUIET_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const SAY_EVERY_MS = 60_000;

export async function restContest({ minutes }: Settings): Promise<string> {
  const status = await runningStack();
  const { pid, runFolder } = status;
  const orders = await withBackbone(async ({ pool, kafka }) => {
    const connection = await kafka();
    for (let since = Date.now(), said = 0, before = ''; ; await delay(LOOK_EVERY_MS)) {
      const progress = await readProgress(pool, connection);
      const now = await readWritten({ pool });
      const works = whatWorks(progress, { spark: runsSpark(runFolder), wrote: now !== before });
      if (works.length > 0) since = Date.now();
      if (Date.now() - since >= QUIET_MS) return progress.archived;
      if (works.length > 0 && Date.now() - said >= SAY_EVERY_MS) {
        console.error(`waits until it rests: ${works.join(', ')}`);
        said = Date.now();
      }
      before = now;
    }
  }, status);
  console.error(`rests after ${formatCount(orders)} orders; measures for ${minutes} minutes`);
  const before = readUsage(pid, runFolder);
  const began = performance.now();
  await delay(minutes * 60_000);
  const seconds = (performance.now() - began) / 1000;
  return markdown(
    [`after ${formatCount(orders)} orders`, 'processes', '% of a core', 'CPU s', 'PSS MB', 'peak MB'],
    lines(before, readUsage(pid, runFolder), seconds),
  );
}

/** @returns what keeps it from its rest, in words */
function whatWorks(
  progress: WholeProgress,
  { spark, wrote }: { readonly spark: boolean; readonly wrote: boolean },
): string[] {
  const { waiting, unsent } = progress;
  const lag = total(progress, 'lag');
  return [
    lag > 0 ? `${formatCount(lag)} records wait in Kafka` : [],
    waiting > 0 ? `${formatCount(waiting)} objects wait to be loaded` : [],
    unsent > 0 ? `${formatCount(unsent)} messages wait to be published` : [],
    spark ? 'Spark runs, or its JVM waits for a job' : [],
    wrote ? 'something was written' : [],
  ].flat();
}

function lines(before: readonly Usage[], after: readonly Usage[], seconds: number): string[][] {
  const used = after.map((usage) => {
    const earlier = before.find(({ service }) => service === usage.service)?.cpuSeconds ?? 0;
    // A job of Spark that has ended meanwhile is counted among the ended ones, and no longer by itself.
    return { ...usage, cpuSeconds: Math.max(0, usage.cpuSeconds - earlier) };
  });
  const sum = (of: (usage: Usage) => number) => used.reduce((total, usage) => total + of(usage), 0);
  const all = {
    service: '**all**',
    processes: sum(({ processes }) => processes),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    pss: used.some(({ pss }) => pss === undefined) ? undefined : sum(({ pss }) => pss ?? 0),
    peak: Math.max(...used.map(({ peak }) => peak)),
  };
  return [...used, all].map(({ service, processes, cpuSeconds, pss, peak }) => [
    service,
    String(processes),
    ((100 * cpuSeconds) / seconds).toFixed(2),
    cpuSeconds.toFixed(2),
    pss?.toFixed(0) ?? '?',
    peak.toFixed(0),
  ]);
}
