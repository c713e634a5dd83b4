/**
 * From Kafka to Parquet in S3 and to the warehouse, with contenders that are killed on the way and started again: what is missing
 * afterwards, what is there twice, whether the money agrees, and what it cost.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { formatCount } from '#cli/numbers.ts';
import { streams } from '#domain/streams.ts';
import { until } from '#localstack/processes/until.ts';
import type { Settings } from '../settings.ts';
import { markdown } from '../table.ts';
import { type Audit, audit } from './audit.ts';
import type { Contender, Run } from './contender.ts';
import { sendOrders, writeOrders } from './input.ts';
import { ours } from './ours.ts';
import { plainConsumer } from './plain.ts';
import { watchProgress } from './progress.ts';
import { type Services, startServices } from './services.ts';
import { spark } from './spark.ts';
import { drawStrikes, type Strike } from './strikes.ts';

const WITHOUT_CONNECT =
  'Without Kafka Connect: the S3 sinks of Confluent and Aiven, which write Parquet, are not on Maven Central.';
/** However busy the machine is. */
const WITHIN_MS = 1_800_000;

interface Cost {
  readonly own: number;
  readonly postgres: number;
  readonly localstack: number;
  readonly kafka: number;
}

export async function endToEndContest(settings: Settings): Promise<string> {
  const { folder, orders, kills, seed, python } = settings;
  const services = await startServices(settings);
  try {
    const sent = join(folder, 'sent.csv');
    await writeOrders(sent, orders);
    const contenders: Contender[] = [
      ours,
      plainConsumer({ buffers: false }),
      plainConsumer({ buffers: true }),
      spark({ idempotent: false }),
      spark({ idempotent: true }),
    ];
    const lines: string[][] = [];
    for (const contender of contenders) {
      console.error(`${contender.name} begins`);
      await services.kafka.createTopics([{ topic: contender.topic, partitions: streams.orders.partitions }]);
      await contender.prepare(services);
      const cost = await runStruck(contender, services, orders, drawStrikes(seed, kills, orders));
      const found = await audit({ services, contender, sent, folder, python });
      const line = lineOf(contender, cost, found, orders);
      console.error(line.join(' | '));
      lines.push(line);
    }
    return `${markdown(HEAD, lines)}\n\n${WITHOUT_CONNECT}`;
  } finally {
    await services.stop();
  }
}

/** @throws if it is done before all strikes: then it was not hit as often as the others */
async function runStruck(
  contender: Contender,
  services: Services,
  orders: number,
  strikes: readonly Strike[],
): Promise<Cost> {
  const { name, topic, table } = contender;
  const before = services.cpu();
  const progress = watchProgress(services.pool, table);
  const spent = { own: 0, inLocalStack: 0 };
  const end = async (run: Run, how: 'kill' | 'stop') => {
    const { own, inLocalStack } = run.cpu();
    spent.own += own;
    spent.inLocalStack += inLocalStack;
    await run[how]();
  };
  const wait = (run: Run, what: string, isThere: () => Promise<boolean>) =>
    Promise.race([run.failed, notSent, until(isThere, { what: `${name} ${what}`, within: WITHIN_MS, every: 100 })]);

  let run = await contender.start(services);
  let allSent = false;
  const sending = sendOrders(services.kafka, topic, orders).then(() => {
    allSent = true;
  });
  // Without all orders, no contender is ever done.
  const notSent = sending.then(() => new Promise<never>(() => {}));
  notSent.catch(() => {});
  const isDone = async () => allSent && (await run.isDone());
  try {
    let killedAt = 0;
    for (const [n, { rows, phase }] of strikes.entries()) {
      const wanted = Math.max(rows, killedAt + 1);
      await wait(run, `has ${wanted} rows`, async () => (await progress.rows()) >= wanted || (await isDone()));
      await delay(phase * progress.cycle());
      if (await isDone())
        throw new Error(
          `Expected to kill ${name} ${strikes.length} times, it was done after ${n}: give it more orders.`,
        );
      await end(run, 'kill');
      killedAt = await progress.rows();
      console.error(`${name} is killed at ${formatCount(killedAt)} rows`);
      run = await contender.start(services);
      progress.restart();
    }
    await sending;
    await wait(run, 'is done', isDone);
  } finally {
    await end(run, 'stop');
  }
  const after = services.cpu();
  return {
    own: spent.own,
    postgres: after.postgres - before.postgres,
    localstack: after.localstack - before.localstack - spent.inLocalStack,
    kafka: after.kafka - before.kafka,
  };
}

const HEAD = [
  ...['Kafka → lake → warehouse', 'missing: lake', 'warehouse', 'doubled: lake', 'warehouse', 'money off by: lake'],
  ...['warehouse', 'CPU s per million', 'own', 'PostgreSQL', 'S3 and Lambda', 'Kafka', ''],
];

function lineOf({ name, remark }: Contender, cost: Cost, { lake, warehouse }: Audit, orders: number): string[] {
  const perMillion = (seconds: number) => ((seconds / orders) * 1e6).toFixed(1);
  const { own, postgres, localstack, kafka } = cost;
  return [
    name,
    ...[lake.missing, warehouse.missing, lake.doubled, warehouse.doubled].map(formatCount),
    ...[lake.off, warehouse.off],
    ...[own + postgres, own, postgres, localstack, kafka].map(perMillion),
    remark,
  ];
}
