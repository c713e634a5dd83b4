/** Runs until it is told to stop: produces, shows how far the stream has come, and proves it again and again. */
import { setTimeout as delay } from 'node:timers/promises';
import { dagNames } from '#cdk/dags.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { produce } from '#simulator/produce.ts';
import { describe } from '../commands/proof.ts';
import { invoke } from '../invoke.ts';
import { type Progress, readProgress } from '../progress.ts';
import type { Screen } from '../screen.ts';
import { banner } from './banner.ts';
import { liveLine } from './live.ts';
import type { StartOptions } from './options.ts';
import type { Platform } from './platform.ts';

export const LOAD_DAG = 'orders_minio_to_postgres';
export const PROCESS_DAG = 'process_kafka_to_postgres';
/** The first of these to run installs Spark; Airflow runs each once as soon as it is unpaused. */
export const STREAM_DAG = 'stream_orders';
export const CURATE_DAG = 'curate_orders';
export const AGGREGATE_DAG = 'aggregate_user_events';
/** These are triggered once, as soon as their input exists: their schedule may be an hour away. */
const INPUTS: readonly (readonly [dag: string, input: (progress: Progress) => number])[] = [
  [LOAD_DAG, ({ waiting }) => waiting],
  [PROCESS_DAG, ({ paid }) => paid],
];
const LINE_EVERY_MS = 1_000;
const PROOF_EVERY_MS = 15_000;

export async function watch(
  platform: Platform,
  options: StartOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<void> {
  const { stack, kafka, pool, failed } = platform;
  const airflow = stack.services.airflow?.client;
  for (const dag of dagNames()) await airflow?.setPaused(dag, false);
  screen.print(banner(stack.status));
  if (!options.simulator) screen.print('  Waiting for events from elsewhere (--no-simulator).\n');
  const { seed, rate, orders: count } = options;
  const producing = options.simulator
    ? produce({ kafka, options: { seed, rate, count, start: 'now' }, signal })
    : undefined;

  let proof: Proof | undefined;
  const proving = repeat(signal, PROOF_EVERY_MS, async () => {
    const next = await invoke<Proof>(stack.status, 'prove', { depth: 'objects', hours: 1 }).catch(() => undefined);
    if (next && !next.balanced && proof?.balanced !== false) screen.print(describe(next));
    proof = next;
  });
  const begun = new Set<string>();
  const showing = repeat(signal, LINE_EVERY_MS, async () => {
    const progress = await readProgress(pool, kafka).catch(() => undefined);
    if (!progress) return;
    screen.live(liveLine(progress, proof));
    for (const [dag, input] of INPUTS) {
      if (begun.has(dag) || input(progress) === 0) continue;
      begun.add(dag);
      await airflow?.trigger(dag).catch(() => {});
    }
  });
  await Promise.race([Promise.all([proving, showing, producing]), failed]);
}

async function repeat(signal: AbortSignal, every: number, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await work();
    await delay(every, undefined, { signal }).catch(() => {});
  }
}
