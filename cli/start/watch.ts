/** Runs until it is told to stop: produces, shows how far the stream has come, and proves it again and again. */
import { setTimeout as delay } from 'node:timers/promises';
import { dagNames } from '#cdk/dags.ts';
import type { Look } from '#operations/open-pulse.ts';
import type { Progress } from '#operations/progress.ts';
import { prove } from '#operations/proof.ts';
import { readVerdict } from '#operations/proofs.ts';
import { readWritten } from '#operations/written.ts';
import { produce } from '#simulator/produce.ts';
import { functionsOf } from '../invoke.ts';
import type { Screen } from '../screen.ts';
import { banner, sayOrders } from './banner.ts';
import { watchDisk } from './disk.ts';
import { liveFacts, sayProof } from './live.ts';
import { lookAgainAfter, proofsDue } from './movement.ts';
import { proofNews } from './news.ts';
import type { StartOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { openStanding } from './standing.ts';
import { whileItRuns } from './while-it-runs.ts';

export const LOAD_DAG = 'orders_minio_to_postgres';
export const PROCESS_DAG = 'process_kafka_to_postgres';
/** The first of these to run installs Spark. */
export const STREAM_DAG = 'stream_orders';
export const CURATE_DAG = 'curate_orders';
export const AGGREGATE_DAG = 'aggregate_user_events';
/**
 * Airflow runs a DAG at once when it is unpaused, and then by its schedule, which may be a day away. So these stay paused until
 * they have input. To trigger them instead would take away their next run (localstack/services/airflow-settings.ts).
 */
const INPUTS: Readonly<Record<string, (progress: Progress) => number>> = {
  [LOAD_DAG]: ({ archived }) => archived,
  [PROCESS_DAG]: ({ paid }) => paid,
  [STREAM_DAG]: ({ archived }) => archived,
  [CURATE_DAG]: ({ loaded }) => loaded,
  [AGGREGATE_DAG]: ({ events }) => events,
};
const PROOF_EVERY_MS = 15_000;

export async function watch(
  platform: Platform,
  options: StartOptions,
  screen: Screen,
  stop: AbortSignal,
): Promise<void> {
  const { stack, kafka, pool, pulse, failed } = platform;
  const over = new AbortController();
  const signal = AbortSignal.any([stop, over.signal]);
  const airflow = stack.services.airflow?.client;
  const begun = new Set<string>();
  const begin = async (dag: string) => {
    begun.add(dag);
    await airflow?.setPaused(dag, false);
  };
  for (const dag of dagNames()) if (!INPUTS[dag]) await begin(dag);
  screen.print(banner(stack.status));
  const whose = sayOrders(options.simulator, stack.status);
  if (whose) screen.print(`  ${whose}\n`);
  const { seed = stack.status.kept?.starts ?? 1, rate, orders: count } = options;
  const { runFolder, kept } = stack.status;
  const whileDiskLasts = watchDisk(runFolder, screen.print, signal, { kept: kept?.folder });
  const producing = options.simulator
    ? produce({ kafka, options: { seed, rate, count, start: 'now' }, signal: whileDiskLasts })
    : undefined;

  const news = proofNews((text) => signal.aborted || screen.print(text));
  const due = proofsDue();
  const proveIfDue = async () => {
    const written = news.latest() === 'balanced' ? await readWritten({ pool }).catch(() => undefined) : undefined;
    if (!due.isDue(written, Date.now())) return;
    await prove({ invoke: functionsOf(stack.status), airflow }, { depth: 'objects' }).then(news.proved, news.failed);
  };
  const standing = openStanding(() => readVerdict({ pool }));
  const show = ({ progress, newestProof }: Look) => {
    void standing.noted(newestProof);
    if (!progress || signal.aborted) return;
    screen.live(liveFacts(progress, sayProof(standing.verdict(), news.latest() !== 'failed')));
    // The next look tries again.
    for (const [dag, input] of Object.entries(INPUTS))
      if (!begun.has(dag) && input(progress) > 0) begin(dag).catch(() => begun.delete(dag));
  };
  const proving = repeat(signal, proveIfDue, () => PROOF_EVERY_MS);
  const stopShowing = pulse.subscribe(show, lookAgainAfter);
  try {
    await whileItRuns(failed, Promise.all([proving, producing]), stop);
  } finally {
    // The others would go on after one has failed, and keep the process alive.
    over.abort();
    stopShowing();
  }
}

async function repeat(signal: AbortSignal, work: () => Promise<void>, every: () => number): Promise<void> {
  while (!signal.aborted) {
    await work();
    await delay(every(), undefined, { signal }).catch(() => {});
  }
}
