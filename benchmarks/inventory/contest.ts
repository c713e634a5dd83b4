import { join } from 'node:path';
import { connectKafka } from '#adapters/kafka/index.ts';
import { formatCount } from '#cli/numbers.ts';
import { UPDATES_TOPIC } from '#delivery/announcements.ts';
import { topics } from '#domain/streams.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startKafka } from '#localstack/services/kafka.ts';
import { type Contender, contest } from '../contest.ts';
import { treeCpu } from '../cpu.ts';
import { migrateAll, startDatabase } from '../postgres.ts';
import type { Settings } from '../settings.ts';
import { table } from '../table.ts';
import { stockShelves } from './input.ts';

/** Processing one by one is so slow that it gets only a part of the events. */
const PART = 50;
const REFERENCE = 'one by one';

/** From events on sales to exact stock, log, orders and announcements in Kafka, on a PostgreSQL and a broker of its own. */
export async function inventoryContest({ folder, installFolder, orders, rounds }: Settings): Promise<string> {
  const [kafkaPort = 0, controllerPort = 0] = await freePorts(2);
  const report = (progress: string) => console.error(`services: ${progress}`);
  const context = { runFolder: folder, installFolder, report };
  const { pool, url, cpu, stop } = await startDatabase({ folder, installFolder });
  const broker = await startKafka({ port: kafkaPort, controllerPort }, context);
  try {
    await createTopic();
    await migrateAll(pool);
    const program = (name: string) => join(import.meta.dirname, name);
    const ours = (batch: number): Contender => ({
      name: `ours, ${formatCount(batch)} a batch`,
      remark: 'exactly once, with log, orders and ledger; every announcement in Kafka',
      command: [process.execPath, program('ours.ts'), url, broker.bootstrapServers, String(orders), String(batch)],
    });
    const contenders: Contender[] = [
      {
        name: REFERENCE,
        remark: 'four statements and a send an event; a crash in between counts wrongly, or announces never',
        command: [
          ...([process.execPath, program('each-event.ts'), url, broker.bootstrapServers] as const),
          String(Math.ceil(orders / PART)),
        ],
      },
      ...[100, 1_000, 10_000].map(ours),
    ];
    const standings = await contest(contenders, rounds, {
      async prepare() {
        await pool.query(
          'truncate shop.products, inventory.inventory, inventory.events_log, inventory.orders, ledger.partitions cascade',
        );
        await stockShelves(pool);
        await pool.query('vacuum analyze');
        await pool.query('checkpoint');
      },
      serverCpu: () => broker.pids.reduce((sum, pid) => sum + treeCpu(pid), cpu()),
    });
    return table('events → stock → Kafka', standings, REFERENCE);
  } finally {
    await Promise.all([stop(), broker.stop()]);
  }

  async function createTopic(): Promise<void> {
    const kafka = await connectKafka({ bootstrapServers: broker.bootstrapServers, clientId: 'benchmark' });
    await kafka.createTopics(topics.filter(({ topic }) => topic === UPDATES_TOPIC));
    await kafka.close();
  }
}
