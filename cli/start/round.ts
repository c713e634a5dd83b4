/** One finite round through everything: produce, archive and load, store and aggregate, move stock, curate, prove. */
import type { Proof } from '#functions/prove/proof.ts';
import { installSpark } from '#localstack/install/spark.ts';
import { until } from '#localstack/processes/until.ts';
import { recordsOf } from '#simulator/expectation.ts';
import { produce } from '#simulator/produce.ts';
import { invoke } from '../invoke.ts';
import { type Progress, readProgress, total } from '../progress.ts';
import type { Screen } from '../screen.ts';
import { type DiskWatch, watchDisk } from './disk.ts';
import { liveFacts } from './live.ts';
import { production, type StartOptions } from './options.ts';
import type { Platform } from './platform.ts';
import { AGGREGATE_DAG, CURATE_DAG, LOAD_DAG, PROCESS_DAG, STREAM_DAG } from './watch.ts';

const MINUTE = 60_000;

/** @returns the proof, which also demands that nothing waits any more */
export async function round(
  { stack, kafka, pool, installFolder }: Platform,
  options: StartOptions,
  screen: Screen,
  stop: AbortSignal,
  disk?: DiskWatch,
): Promise<Proof> {
  const signal = watchDisk(stack.status.runFolder, screen.print, stop, disk);
  const spark = installSpark({ installFolder, signal, report: (progress) => screen.progress('Spark', progress) });
  // A failure is reported where Spark is awaited.
  spark.catch(() => {});
  const archiving = until(async () => (await readProgress(pool, kafka)).archived > 0, {
    what: 'the first object is in the lake',
    within: 2 * MINUTE,
    signal,
  }).then(() => screen.progress('lake', 'first object'));
  // Awaited together, so that a failed production ends the wait for its first object.
  const [totals] = await Promise.all([produce({ kafka, options: production(options), signal }), archiving]);
  signal.throwIfAborted();
  screen.progress('simulator', `${recordsOf(totals)} records produced`);

  const load = async () => {
    await untilConsumed(totals.orders.records, ({ streams }) => streams.orders?.consumed);
    screen.progress('lake', 'all archived or rejected');
    const stream = async () => {
      await spark;
      await succeed(STREAM_DAG);
    };
    await Promise.all([succeed(LOAD_DAG), stream()]);
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
  await Promise.all([load(), aggregate(), countClicks()]);

  await untilConsumed(recordsOf(totals), (progress) => total(progress, 'consumed'));
  await until(async () => (await readProgress(pool, kafka)).unsent === 0, {
    what: 'the outbox is empty',
    within: 2 * MINUTE,
    every: 250,
    signal,
  });
  screen.progress('inventory', 'stock is up to date and announced');
  return invoke<Proof>(stack.status, 'prove', { depth: 'rows', settled: true, curated: true, coherent: true });

  async function succeed(dag: string): Promise<void> {
    const airflow = stack.services.airflow?.client;
    if (!airflow) throw new Error('A round needs Airflow');
    const { dag_run_id } = await airflow.runBySchedule(dag, signal);
    await airflow.untilSucceeded(dag, dag_run_id, 30 * MINUTE, signal);
    screen.progress('Airflow', `${dag} succeeded`);
  }

  /** Waits as long as the count grows, since the user chooses how many orders there are. */
  async function untilConsumed(records: number, count: (progress: Progress) => number | undefined): Promise<void> {
    let consumed = -1;
    while (consumed < records) {
      const before = consumed;
      const goesOn = async () => {
        const progress = await readProgress(pool, kafka);
        screen.live(liveFacts(progress, '…'));
        const now = count(progress) ?? 0;
        return now > before ? now : undefined;
      };
      const what = `more than ${before} of ${records} records are consumed`;
      consumed = await until(goesOn, { what, within: 2 * MINUTE, every: 250, signal });
    }
  }
}
