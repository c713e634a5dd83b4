/**
 * The whole platform on a stack of its own, as deployed, for tests that break it: simulator → Kafka → poller process →
 * archive-orders → S3 → load-orders → warehouse, and → update-inventory → stock → relay-outbox → Kafka, and →
 * store-transactions → run-transformations → index. Proxies stand between the functions and their stores, and what must
 * come out at the end is known from the simulator alone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { invoke } from '#cli/invoke.ts';
import { readProgress } from '#cli/progress.ts';
import { groupOf, type Stream, streams } from '#domain/streams.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { type LambdaProcess, lambdaProcesses } from '#localstack/lambda_executor/lambda-processes.ts';
import type { PollerEvent } from '#localstack/poller/poller-events.ts';
import { startPollerProcess } from '#localstack/poller/poller-process.ts';
import type { RunningService } from '#localstack/processes/service.ts';
import { until } from '#localstack/processes/until.ts';
import type { Stack } from '#localstack/stack/stack.ts';
import { createExpectation, type Expectation } from '#simulator/expectation.ts';
import type { SimulatedMessage } from '#simulator/messages.ts';
import { produce } from '#simulator/produce.ts';
import { seedShop } from '#simulator/seed.ts';
import type { SimulatorOptions } from '#simulator/simulator.ts';
import { startDeployedStack } from '../stack.ts';
import { expectedHoldings, expectedTotals } from './expected.ts';
import { readHoldings } from './holdings.ts';
import { awsSettings, lambdaTools } from './lambda.ts';
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts';
import { type S3Proxy, startS3Proxy } from './s3-proxy.ts';

type FunctionName = 'archive-orders' | 'load-orders' | 'update-inventory' | 'relay-outbox';

export interface Pipeline {
  readonly stack: Stack;
  readonly kafka: KafkaConnection;
  /** As the database's owner, past the proxy. */
  readonly pool: Pool;
  /** Between archive-orders and S3. */
  readonly s3: S3Proxy;
  /** Between these functions and PostgreSQL. */
  readonly postgres: PostgresProxy;
  /** The result that a correct pipeline has by now. */
  readonly expected: Expectation;
  readonly poller: {
    /** With SIGKILL. */
    kill(): Promise<void>;
    start(): Promise<void>;
    /** All that it has told of its work, over all its lives. */
    events(): readonly PollerEvent[];
  };
  /**
   * Orders, or what the topics say. Resolves when Kafka has acknowledged all of it; from then on it is expected. Use each
   * seed once.
   *
   * @param signal ends it early, or at all if no count is given
   */
  produce(options: SimulatorOptions & { readonly seed: number }, signal?: AbortSignal): Promise<void>;
  /** Messages of one's own, in their order; expected as they were meant. */
  send(messages: Iterable<SimulatedMessage>): Promise<void>;
  /** The processes of the function that serve a request at this moment. */
  serving(name: FunctionName): readonly LambdaProcess[];
  configure(name: FunctionName, changes: Partial<UpdateFunctionConfigurationCommandInput>): Promise<void>;
  /** How often an object was written under the key; once is right, since the bucket keeps every version. */
  versions(key: string): Promise<number>;
  /** The next offset that the poller's consumer group will consume, by partition; of orders if no stream is named. */
  committed(stream?: Stream): Promise<ReadonlyMap<number, number>>;
  /** Until the consumer groups have committed the end of every partition of every stream. */
  untilConsumed(): Promise<void>;
  /** Loads as the DAG does: lists what is new, loads it by chunks; again until nothing is new. */
  load(): Promise<void>;
  /** Brings payments to the clean table, the view and the index, as the DAG does. */
  transform(): Promise<void>;
  /**
   * Consumes, loads, transforms and publishes what is left, then expects a balanced proof, and exactly what the simulator
   * expects: on every topic, in the warehouse, on every shelf, and of the payments of every hour.
   */
  expectExact(): Promise<void>;
  stop(): Promise<void>;
}

export interface Chunk {
  readonly delivery_ids: readonly number[];
}

const CAUGHT_UP_WITHIN = 180_000;

/** @param given a deployed stack, if it shall not start its own; its functions are as before when the pipeline has stopped */
export async function startPipeline(given?: Stack): Promise<Pipeline> {
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(endings, given)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(endings: (() => Promise<unknown>)[], given?: Stack): Promise<Omit<Pipeline, 'stop'>> {
  const stack = given ?? (await startDeployedStack());
  if (!given) endings.push(() => stack.stop());
  const { status, services } = stack;
  const { runFolder } = status;
  const { bootstrapServers } = status.kafka;
  const awsEndpoint = services.localstack.endpoint;
  const kafka = await connectKafka({ bootstrapServers, clientId: 'faults' });
  endings.push(() => kafka.close());
  const pool = openPool({ ...services.postgres.connection, max: 4 });
  endings.push(() => pool.end());
  await seedShop(pool);

  const s3 = await startS3Proxy(awsEndpoint, status.s3.bucket);
  endings.push(() => s3.close());
  const postgres = await startPostgresProxy(status.postgres);
  endings.push(() => postgres.close());
  const { configure, restore } = configurer(stack);
  if (given) endings.push(restore);
  const throughPostgres = { DATABASE_PORT: String(postgres.port) };
  await configure('archive-orders', {}, { ...throughPostgres, AWS_ENDPOINT_URL_S3: s3.endpoint });
  for (const name of ['load-orders', 'update-inventory', 'relay-outbox'] as const)
    await configure(name, {}, throughPostgres);

  let poller: RunningService;
  const startPoller = async () => {
    poller = await startPollerProcess({ runFolder, bootstrapServers, awsEndpoint });
  };
  await startPoller();
  endings.push(() => poller.stop());

  const client = new S3Client({ ...awsSettings(status.s3), forcePathStyle: true });
  const expected = createExpectation();
  const pipeline: Omit<Pipeline, 'stop'> = {
    stack,
    kafka,
    pool,
    s3,
    postgres,
    expected,
    configure,
    poller: {
      kill: () => poller.kill(),
      start: startPoller,
      events: () => jsonLines(join(runFolder, 'logs', 'poller.log')),
    },

    async produce(options, signal) {
      const mixed = { topics: ['orders'] as const, conflicts: 0.005, ...options };
      await produce({ kafka, options: mixed, signal, expectation: expected });
    },

    async send(messages) {
      const producer = await kafka.producer();
      try {
        for (const message of messages) {
          await producer.send(message.topic, [message]);
          expected.add([message]);
        }
      } finally {
        await producer.close();
      }
    },

    serving: (name) =>
      lambdaProcesses(runFolder, nameOf(stack, name)).filter(({ requestId }) => requestId !== undefined),

    async versions(key) {
      const { Versions } = await client.send(new ListObjectVersionsCommand({ Bucket: status.s3.bucket, Prefix: key }));
      return Versions?.length ?? 0;
    },

    committed: (stream = streams.orders) => kafka.committedOffsets(groupOf(stream), stream.topic),

    async untilConsumed() {
      for (const stream of Object.values(streams)) {
        const isConsumed = async () => {
          const committed = await pipeline.committed(stream);
          return (await kafka.offsets(stream.topic)).every(
            ({ partition, latest }) => (committed.get(partition) ?? 0) === latest,
          );
        };
        await until(isConsumed, { what: `all of ${stream.topic} is consumed`, within: CAUGHT_UP_WITHIN });
      }
    },

    async load() {
      for (;;) {
        const { chunks } = await invoke<{ chunks: Chunk[] }>(status, 'load-orders', { action: 'list' });
        if (chunks.length === 0) return;
        for (const { delivery_ids } of chunks)
          await invoke(status, 'load-orders', { action: 'load', delivery_ids, run_id: 'faults' });
      }
    },

    async transform() {
      await invoke(status, 'run-transformations', { action: 'transform' });
      await invoke(status, 'run-transformations', { action: 'refresh_views' });
      await invoke(status, 'index-hourly-metrics', {});
    },

    async expectExact() {
      await pipeline.untilConsumed();
      await pipeline.load();
      await pipeline.transform();
      // Whoever is killed before it calls the relay leaves that to the relay's schedule, which is every minute.
      await until(async () => (await readProgress(pool, kafka)).unsent === 0, {
        what: 'the outbox is empty',
        within: CAUGHT_UP_WITHIN,
      });
      const proof = await invoke<Proof>(status, 'prove', { depth: 'rows', settled: true });
      expect(proof.checks.filter(({ balanced }) => !balanced)).toEqual([]);
      expect(proof.balanced).toBe(true);
      expect(proof.streams).toEqual(expectedTotals(expected.totals()));
      expect(await readHoldings(pool)).toEqual(expectedHoldings(expected));
    },
  };
  return pipeline;
}

const nameOf = ({ status }: Stack, name: FunctionName): string => `${status.lambda.functionPrefix}-${name}`;

/** Changes a deployed function; variables are added to its own. Processes of the old configuration end. */
function configurer(stack: Stack) {
  const { client, ready } = lambdaTools(stack.status.lambda);
  const before = new Map<FunctionName, UpdateFunctionConfigurationCommandInput>();

  const update = async (name: FunctionName, input: UpdateFunctionConfigurationCommandInput) => {
    await client.send(new UpdateFunctionConfigurationCommand(input));
    await ready(nameOf(stack, name));
  };

  return {
    async configure(
      name: FunctionName,
      changes: Partial<UpdateFunctionConfigurationCommandInput>,
      variables: Readonly<Record<string, string>> = {},
    ): Promise<void> {
      const FunctionName = nameOf(stack, name);
      const { Environment, Timeout } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const own = { ...Environment?.Variables };
      if (!before.has(name)) before.set(name, { FunctionName, Environment: { Variables: own }, Timeout });
      await update(name, { FunctionName, Environment: { Variables: { ...own, ...variables } }, ...changes });
    },

    async restore(): Promise<void> {
      for (const [name, input] of before) await update(name, input);
    },
  };
}

/** The last line may not be whole yet. */
function jsonLines<T>(file: string): T[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}
