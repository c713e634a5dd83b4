/** Ours, as deployed: the event source's poller, the functions archive-orders and load-orders, and in place of Airflow a loop. */
import { join } from 'node:path';
import { streams } from '#domain/streams.ts';
import { lambdaProcesses } from '#localstack/lambda_executor/lambda-processes.ts';
import { startPollerProcess } from '#localstack/poller/poller-process.ts';
import { supervise } from '#localstack/processes/supervise.ts';
import { awsVariables } from '#localstack/services/local-aws.ts';
import { processCpu, treeCpu } from '../cpu.ts';
import type { Contender, Run } from './contender.ts';
import type { Services } from './services.ts';

const TABLE = 'warehouse.fact_orders';
const { consumer, topic } = streams.orders;
/** Those that orders are the work of; relay-outbox publishes their dead letters. */
const FUNCTIONS = [consumer, 'load-orders', 'relay-outbox'];

export const ours: Contender = {
  name: 'ours',
  remark: 'readers of the lake follow the ledger',
  topic,
  table: TABLE,
  prepare: async () => {},
  start,
  async objects({ pool }) {
    const { rows } = await pool.query<{ key: string }>(
      `select object_key as key from ledger.deliveries
       where consumer = $1 and state = 'committed' and object_key is not null`,
      [consumer],
    );
    return rows.map(({ key }) => key);
  },
};

const functionsIn = (runFolder: string): number[] =>
  FUNCTIONS.flatMap((name) => lambdaProcesses(runFolder, `tillstream-local-${name}`)).map(({ pid }) => pid);

/** By process, for all runs: one that was killed can still be read for a while, and must not count again. */
const seen = new Map<number, number>();

function functionsCpu(runFolder: string): number {
  for (const pid of functionsIn(runFolder)) seen.set(pid, Math.max(seen.get(pid) ?? 0, processCpu(pid)));
  return [...seen.values()].reduce((sum, seconds) => sum + seconds, 0);
}

async function start({ runFolder, bootstrapServers, awsEndpoint, pool, kafka }: Services): Promise<Run> {
  const poller = await startPollerProcess({ runFolder, bootstrapServers, awsEndpoint });
  const loop = await supervise(
    {
      name: 'load loop',
      command: process.execPath,
      args: [join(import.meta.dirname, 'load-loop.ts')],
      cwd: import.meta.dirname,
      env: { PATH: process.env.PATH, ...awsVariables(awsEndpoint) },
      logFile: join(runFolder, 'logs', 'load-loop.log'),
    },
    runFolder,
  );
  const before = functionsCpu(runFolder);
  const inLocalStack = () => functionsCpu(runFolder) - before;
  const killFunctions = () => {
    for (const pid of functionsIn(runFolder))
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
  };
  const failed = Promise.race([poller.failed, loop.failed]);
  failed.catch(() => {}); // One may fail between two waits; the next one then hears of it.
  return {
    failed,
    async isDone() {
      inLocalStack();
      const ends = await kafka.offsets(topic);
      const { rows } = await pool.query<{ consumed: number; waiting: number }>(
        `select
           (select coalesce(sum(next_offset), 0)::float8 from ledger.partitions where consumer = $1) as consumed,
           (select count(*)::integer from ledger.deliveries
            where consumer = $1 and object_key is not null
              and not exists (select from ledger.loads where loads.delivery_id = deliveries.delivery_id)) as waiting`,
        [consumer],
      );
      return rows[0]?.waiting === 0 && rows[0].consumed === ends.reduce((sum, { latest }) => sum + latest, 0);
    },
    cpu: () => ({ own: treeCpu(poller.pid) + treeCpu(loop.pid) + inLocalStack(), inLocalStack: inLocalStack() }),
    async kill() {
      killFunctions();
      await Promise.all([poller.kill(), loop.kill()]);
      killFunctions(); // Those that the poller's last requests have started meanwhile.
    },
    async stop() {
      await Promise.all([poller.stop(), loop.stop()]);
      killFunctions();
    },
  };
}
