/** One finite round through everything: produce, archive and load, store and aggregate, move stock, curate, prove. */

import type { FunctionName } from '#cdk/config/functions.ts';
import { installSpark } from '#localstack/install/spark.ts';
import { until } from '#localstack/processes/until.ts';
import { runBySchedule, untilSucceeded } from '#localstack/services/airflow-runs.ts';
import { type Progress, readProgress, total } from '#operations/progress.ts';
import type { Proof } from '#operations/proof.ts';
import { recordsOf } from '#simulator/expectation.ts';
import { produce } from '#simulator/produce.ts';
import { invoke } from '../invoke.ts';
import type { Screen } from '../screen.ts';
import { type DiskWatch, watchDisk } from './disk.ts';
import { liveFacts, UNPROVED } from './live.ts';
import { production, type StartOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { noTimings, type Timings } from './timings.ts';
import { untilNothingIsLeft } from './until-nothing-is-left.ts';
import { AGGREGATE_DAG, CURATE_DAG, LOAD_DAG, PROCESS_DAG, STREAM_DAG } from './watch.ts';

const MINUTE = 60_000;
/** Each answer is a dozen requests of Kafka; several wait for it at once. */
const ASK_EVERY_MS = 500;

export interface RoundExtras {
  readonly timings?: Timings;
  readonly disk?: DiskWatch;
}

/** @returns the proof, which also demands that nothing waits any more */
export async function round(
  platform: Platform,
  options: StartOptions,
  screen: Screen,
  stop: AbortSignal,
  { timings = noTimings, disk }: RoundExtras = {},
): Promise<Proof> {
  const over = new AbortController();
  const enoughSpace = watchDisk(platform.stack.status.runFolder, screen.print, stop, disk);
  try {
    const signal = AbortSignal.any([enoughSpace, over.signal]);
    return await steps(platform, options, screen, { signal, fail: (reason) => over.abort(reason) }, timings);
  } finally {
    // What was waited for when one step failed would be waited for on, and keep the process alive.
    over.abort();
  }
}

async function steps(
  { stack, kafka, pool, installFolder }: Platform,
  options: StartOptions,
  screen: Screen,
  { signal, fail }: { readonly signal: AbortSignal; readonly fail: (reason: unknown) => void },
  timings: Timings,
): Promise<Proof> {
  const progressNow = atMostEvery(ASK_EVERY_MS, () => readProgress(pool, kafka));
  const spark = installSpark({ installFolder, signal, report: (progress) => screen.progress('Spark', progress) });
  // A failure is reported where Spark is awaited.
  spark.catch(() => {});
  const loadedFirst = loadFirst();
  // It ends the production and what follows, with this reason; whoever fails before it keeps its own.
  loadedFirst.catch(fail);
  const totals = await timings.during('producing', produce({ kafka, options: production(options), signal }));
  signal.throwIfAborted();
  screen.progress('simulator', `${recordsOf(totals)} records produced`);

  const load = async () => {
    const archived = untilConsumed(totals.orders.records, ({ streams }) => streams.orders?.consumed);
    await timings.during('archiving what is left', archived);
    screen.progress('lake', 'all archived or rejected');
    await loadedFirst;
    await untilNothing('waiting', 'all objects are loaded', 'load-orders', { action: 'load_new' });
  };
  // It reads the orders from Kafka, so it does not wait for the lake.
  const stream = async () => {
    await spark;
    await succeed(STREAM_DAG);
  };
  const curate = async () => {
    await Promise.all([load(), stream()]);
    await succeed(CURATE_DAG);
  };
  const aggregate = async () => {
    await untilConsumed(totals.transactions.records, ({ streams }) => streams.transactions?.consumed);
    screen.progress('payments', 'all stored or rejected');
    await succeed(PROCESS_DAG);
  };
  const countClicks = async () => {
    await untilConsumed(totals.user_events.records, ({ streams }) => streams.user_events?.consumed);
    await spark;
    await succeed(AGGREGATE_DAG);
  };
  await Promise.all([curate(), aggregate(), countClicks()]);

  await untilConsumed(recordsOf(totals), (progress) => total(progress, 'consumed'));
  await untilNothing('unsent', 'the outbox is empty', 'relay-outbox', {});
  screen.progress('inventory', 'stock is up to date and announced');
  const everything = { depth: 'rows', settled: true, curated: true, coherent: true };
  return timings.during('proof', invoke<Proof>(stack.status, 'prove', everything));

  /** The DAG runs as soon as anything is there, beside the production: it loads what came before it, and publishes the progress. */
  async function loadFirst(): Promise<void> {
    await untilAny('archived', 'the first object is in the lake');
    screen.progress('lake', 'first object');
    timings.reached('first order in the lake');
    const loaded = async () => {
      await untilAny('loaded', 'the first orders are in the warehouse');
      timings.reached('first orders in the warehouse');
    };
    await Promise.all([succeed(LOAD_DAG), loaded()]);
  }

  async function untilAny(count: 'archived' | 'loaded', what: string): Promise<void> {
    await until(async () => (await progressNow())[count] > 0, { what, within: 2 * MINUTE, every: 250, signal });
  }

  function untilNothing(count: 'waiting' | 'unsent', what: string, ...call: [FunctionName, object]): Promise<void> {
    return untilNothingIsLeft({
      left: async () => (await readProgress(pool, kafka))[count],
      call: () => invoke(stack.status, ...call),
      ...{ what, within: 2 * MINUTE, every: 250, signal },
    });
  }

  async function succeed(dag: string): Promise<void> {
    const airflow = stack.services.airflow?.client;
    if (!airflow) throw new Error('A round needs Airflow');
    const run = async () => {
      const { dag_run_id } = await runBySchedule(airflow, dag, signal);
      await untilSucceeded(airflow, dag, dag_run_id, 30 * MINUTE, signal);
    };
    await timings.during(`DAG ${dag}`, run());
    screen.progress('Airflow', `${dag} succeeded`);
  }

  /** Waits as long as the count grows, since the user chooses how many orders there are. */
  async function untilConsumed(records: number, count: (progress: Progress) => number | undefined): Promise<void> {
    let consumed = -1;
    while (consumed < records) {
      const before = consumed;
      const goesOn = async () => {
        const progress = await progressNow();
        screen.live(liveFacts(progress, UNPROVED));
        const now = count(progress) ?? 0;
        return now > before ? now : undefined;
      };
      const what = `more than ${before} of ${records} records are consumed`;
      consumed = await until(goesOn, { what, within: 2 * MINUTE, every: 250, signal });
    }
  }
}

/** Asks once for all who want to know within these milliseconds. */
function atMostEvery<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let [asked, answer] = [Number.NEGATIVE_INFINITY, undefined as Promise<T> | undefined];
  return () => {
    if (!answer || performance.now() - asked >= milliseconds) [asked, answer] = [performance.now(), ask()];
    return answer;
  };
}
