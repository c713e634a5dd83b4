/** Depth `kafka` on real records: payments that Kafka holds, stored in batches as the function store-transactions does. */
import { connectKafka } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { formatCount } from '#cli/numbers.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { streams, topics } from '#domain/streams.ts';
import { prove } from '#functions/prove/prove.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startKafka } from '#localstack/services/kafka.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { createViews } from '#sql/views.ts';
import { ownCpu, treeCpu } from '../cpu.ts';
import { migrateAll, startDatabase } from '../postgres.ts';
import type { Settings } from '../settings.ts';
import { markdown } from '../table.ts';

const BATCH = 1_000;
const LONGEST_MS = 900_000;

export async function kafkaContest({ folder, installFolder, orders: records }: Settings): Promise<string> {
  const [kafkaPort = 0, controllerPort = 0] = await freePorts(2);
  const report = (progress: string) => console.error(`services: ${progress}`);
  const context = { runFolder: folder, installFolder, report };
  const { pool, cpu, stop } = await startDatabase({ folder, installFolder }, { max: 2 });
  const broker = await startKafka({ port: kafkaPort, controllerPort }, context);
  const kafka = await connectKafka({ bootstrapServers: broker.bootstrapServers, clientId: 'benchmark' });
  const kafkaCpu = () => broker.pids.reduce((sum, pid) => sum + treeCpu(pid), 0);
  try {
    await migrateAll(pool);
    await createViews(pool, await readSqlFiles(sqlFolder('views')));
    await kafka.createTopics(topics);
    const producer = await kafka.producer();
    for (let from = 0; from < records; from += BATCH) {
      const count = Math.min(BATCH, records - from);
      await producer.send(
        streams.transactions.topic,
        Array.from({ length: count }, (_, n) => payment(from + n)),
      );
    }
    await producer.close();
    await store();
    await transform(pool, { full: false, deadline: Date.now() + LONGEST_MS });
    await pool.query('vacuum analyze');
    const lines: string[][] = [];
    for (const depth of ['rows', 'kafka'] as const) {
      const before = [cpu(), kafkaCpu(), ownCpu(), performance.now()] as const;
      const sources = {
        ...{ pool, lake: noLake, offsets: kafka.offsets, hourlyMetrics: async () => [] },
        records: kafka.read,
      };
      const { checks } = await prove(sources, { depth, settled: false }, Date.now() + LONGEST_MS);
      const costs = [cpu() - before[0], kafkaCpu() - before[1], ownCpu() - before[2]];
      const seconds = [...costs, (performance.now() - before[3]) / 1000].map((each) => each.toFixed(2));
      const off = checks.filter(({ balanced }) => !balanced);
      if (off.length > 0) throw new Error(`What was stored should balance: ${JSON.stringify(off).slice(0, 2_000)}`);
      const memory = `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`;
      lines.push([formatCount(records), depth, ...seconds, memory]);
    }
    return markdown(
      ['payments', 'depth', 'CPU s of PostgreSQL', 'of Kafka', 'of Node', 'seconds', 'RSS of Node'],
      lines,
    );
  } finally {
    await kafka.close();
    await Promise.all([stop(), broker.stop()]);
  }

  async function store(): Promise<void> {
    const consume = writeToPostgres(
      {
        pool,
        earliestOffset: async () => 0,
        records: async () => undefined,
        skipped: async () => ({ tooLarge: [], earliest: 0 }),
      },
      storePayments,
    );
    const { topic } = streams.transactions;
    const waiting = new Map<number, KafkaRecord[]>();
    const deliver = async (partition: number, batch: readonly KafkaRecord[]) => {
      if (batch.length > 0)
        await consume(streams.transactions, { topic, partition, records: batch }, Date.now() + LONGEST_MS);
    };
    const ranges = (await kafka.offsets(topic)).map((each) => [each.partition, { from: 0, to: each.latest }] as const);
    for await (const { partition, records } of kafka.read(topic, new Map(ranges))) {
      const kept = [...(waiting.get(partition) ?? []), ...records];
      while (kept.length >= BATCH) await deliver(partition, kept.splice(0, BATCH));
      waiting.set(partition, kept);
    }
    for (const [partition, kept] of waiting) await deliver(partition, kept);
  }
}

/** Nothing here has objects. */
const noLake = { bucket: 'none' } as unknown as Lake;

const payment = (n: number) => ({
  key: `user-${n % 5_000}`,
  value: JSON.stringify({
    transaction_id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    user_id: `11111111-1111-4111-8111-${String(n % 5_000).padStart(12, '0')}`,
    amount: ((n * 37) % 50_000) / 100,
    currency: 'EUR',
    status: 'completed',
    event_time: new Date(1_767_326_645_000 + n * 10).toISOString(),
  }),
});
