/**
 * Runs the whole platform, as deployed, on a separate stack, for tests that break it: simulator → Kafka → poller process →
 * archive-orders → S3 → load-orders → warehouse, and → update-inventory → stock → relay-outbox → Kafka, and →
 * store-transactions → run-transformations → index. Proxies stand between the functions and their stores. The expected
 * results come from the simulator alone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import type { KafkaConfiguration } from '#adapters/configuration.ts';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import type { FunctionName } from '#cdk/config/functions.ts';
import { invoke } from '#cli/invoke.ts';
import { groupOf, type Stream, streams } from '#domain/streams.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { type LambdaProcess, lambdaProcesses } from '#localstack/lambda_executor/lambda-processes.ts';
import type { PollerEvent } from '#localstack/poller/poller-events.ts';
import { startPollerProcess } from '#localstack/poller/poller-process.ts';
import type { SupervisedProcess } from '#localstack/processes/supervise.ts';
import { until } from '#localstack/processes/until.ts';
import type { Stack } from '#localstack/stack/stack.ts';
import { readProgress } from '#operations/progress.ts';
import { createExpectation, type Expectation } from '#simulator/expectation.ts';
import type { SimulatedMessage } from '#simulator/messages.ts';
import { produce } from '#simulator/produce.ts';
import { seedShop } from '#simulator/seed.ts';
import type { SimulatorOptions } from '#simulator/simulator.ts';
import { startDeployedStack } from '../stack.ts';
import { expectedStoreContents, expectedTotals } from './expected.ts';
import { createGate } from './gate.ts';
import { awsSettings, lambdaTools } from './lambda.ts';
import { type Networks, startNetworks } from './networks.ts';
import { type PostgresProxy, startPostgresProxy } from './postgres-proxy.ts';
import { type S3Proxy, startS3Proxy } from './s3-proxy.ts';
import { type ScheduledJobs, scheduledJobs } from './scheduled-jobs.ts';
import { readStoreContents } from './store-contents.ts';

export interface Pipeline extends ScheduledJobs {
  readonly stack: Stack;
  readonly kafkaAt: KafkaConfiguration;
  readonly kafka: KafkaConnection;
  /** As the database's owner, past the proxy. */
  readonly pool: Pool;
  /** Between archive-orders and S3. */
  readonly s3: S3Proxy;
  /** Between these functions and PostgreSQL. */
  readonly postgres: PostgresProxy;
  /** Between functions, the event source and the services; these proxies come first. */
  readonly networks: Networks;
  /** What the stores must contain, according to the records sent so far. */
  readonly expectation: Expectation;
  readonly poller: {
    /** With SIGKILL. */
    kill(): Promise<void>;
    start(): Promise<void>;
    pid(): number;
    /** Every event in its log, across restarts. */
    events(): readonly PollerEvent[];
  };
  /**
   * Produces orders, or records of the given topics. Resolves when Kafka has acknowledged all of them; from then on the
   * stores are expected to contain them. Use each seed once.
   *
   * @param signal stops it; without a count, nothing else does
   */
  produce(options: SimulatorOptions & { readonly seed: number }, signal?: AbortSignal): Promise<void>;
  /** Runs the work while `produce` sends nothing; it goes on afterwards. */
  withoutProducers<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Sends the test's own messages in order, and expects the outcome that each message is meant to have. */
  send(messages: Iterable<SimulatedMessage>): Promise<void>;
  /** The processes of the function that are serving a request now. */
  serving(name: FunctionName): readonly LambdaProcess[];
  /** Invokes the function and returns its result. */
  call<Result>(name: FunctionName, payload: object | Uint8Array): Promise<Result>;
  /**
   * Changes a function's settings, and sets environment variables beside those that it has.
   *
   * @returns gives it back the environment variables, timeout and memory that it had before
   */
  configure(
    name: FunctionName,
    changes: Partial<UpdateFunctionConfigurationCommandInput>,
    variables?: Readonly<Record<string, string>>,
  ): Promise<() => Promise<void>>;
  /** How often an object was written under the key: the bucket keeps every version. Correct is once. */
  versions(key: string): Promise<number>;
  /** The consumer group's committed offset of each partition; the stream is orders by default. */
  committed(stream?: Stream): Promise<ReadonlyMap<number, number>>;
  /** Waits until the consumer groups have committed the end of every partition of every stream. */
  untilConsumed(): Promise<void>;
  /**
   * Waits until everything is consumed, loaded, transformed and published; then expects a balanced proof and exactly the
   * simulator's numbers: on every topic, in the warehouse, in the stock of every product, and for payments of every hour.
   */
  expectExact(): Promise<void>;
  /** `expectExact` makes this check too, from now on; one of the same name is made once. */
  expectAlso(name: string, check: () => Promise<void>): void;
  stop(): Promise<void>;
}

const CAUGHT_UP_WITHIN = 180_000;

/**
 * @param given a deployed stack to use instead of a new one; stopping the pipeline restores its functions
 * @param airflow whether a new one has Airflow
 */
export async function startPipeline(given?: Stack, { airflow = false } = {}): Promise<Pipeline> {
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(endings, airflow, given)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  endings: (() => Promise<unknown>)[],
  airflow: boolean,
  given?: Stack,
): Promise<Omit<Pipeline, 'stop'>> {
  const stack = given ?? (await startDeployedStack({ airflow }));
  if (!given) endings.push(() => stack.stop());
  const { status, services } = stack;
  const { runFolder } = status;
  const { bootstrapServers } = status.kafka;
  const awsEndpoint = services.localstack.endpoint;
  const kafka = await connectKafka({ ...status.kafka, clientId: 'faults' });
  endings.push(() => kafka.close());
  const pool = openPool({ ...services.postgres.connection, max: 4 });
  endings.push(() => pool.end());
  await seedShop(pool);

  const s3 = await startS3Proxy(awsEndpoint, status.s3.bucket);
  endings.push(() => s3.close());
  const postgres = await startPostgresProxy(status.postgres);
  endings.push(() => postgres.close());
  const { networks, variables, eventSource, close } = await startNetworks({
    ...{ postgres: { host: status.postgres.host, port: postgres.port }, s3: s3.endpoint },
    ...{ lambda: awsEndpoint, elasticsearch: status.elasticsearch.url, bootstrapServers },
  });
  endings.push(close);
  const { configure, restore } = configurer(stack);
  if (given) endings.push(restore);
  await Promise.all(variables.map(([name, values]) => configure(name, {}, values)));

  let poller: SupervisedProcess;
  const startPoller = async () => {
    poller = await startPollerProcess({ runFolder, ...status.kafka, ...eventSource });
  };
  await startPoller();
  endings.push(() => poller.stop());

  const client = new S3Client({ ...awsSettings(status.s3), forcePathStyle: true });
  const expectation = createExpectation();
  const call = <Result>(name: FunctionName, payload: object | Uint8Array) => invoke<Result>(status, name, payload);
  const producers = createGate();
  const also = new Map<string, () => Promise<void>>();
  const gated: Pick<KafkaConnection, 'producer'> = {
    async producer(options) {
      const producer = await kafka.producer(options);
      return { ...producer, send: (topic, records) => producers.pass(() => producer.send(topic, records)) };
    },
  };
  const pipeline: Omit<Pipeline, 'stop'> = {
    stack,
    kafkaAt: status.kafka,
    kafka,
    pool,
    s3,
    postgres,
    networks,
    expectation,
    configure,
    call,
    ...scheduledJobs(call),
    poller: {
      kill: () => poller.kill(),
      start: startPoller,
      pid: () => poller.pid,
      events: () => jsonLines(join(runFolder, 'logs', 'poller.log')),
    },

    async produce(options, signal) {
      const mixed = { topics: ['orders'] as const, conflicts: 0.005, ...options };
      await produce({ kafka: gated, options: mixed, signal, expectation });
    },

    withoutProducers: producers.closed,

    async send(messages) {
      const producer = await kafka.producer();
      try {
        for (const message of messages) {
          await producer.send(message.topic, [message]);
          expectation.add([message]);
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

    async expectExact() {
      await pipeline.untilConsumed();
      await pipeline.load();
      await pipeline.transform();
      // A function that is killed before it calls the relay leaves that to the relay's schedule, which is every minute.
      await until(async () => (await readProgress(pool, kafka)).unsent === 0, {
        what: 'the outbox is empty',
        within: CAUGHT_UP_WITHIN,
      });
      const proof = await invoke<Proof>(status, 'prove', { depth: 'rows', settled: true });
      expect(proof.checks.filter(({ balanced }) => !balanced)).toEqual([]);
      expect(proof.balanced).toBe(true);
      expect(proof.streams).toEqual(expectedTotals(expectation.totals()));
      expect(await readStoreContents(pool)).toEqual(expectedStoreContents(expectation));
      for (const check of also.values()) await check();
    },

    expectAlso: (name, check) => also.set(name, check),
  };
  return pipeline;
}

const nameOf = ({ status }: Stack, name: FunctionName): string => `${status.lambda.functionPrefix}-${name}`;

/** Changes deployed functions; variables are added to the existing ones. Processes with the old configuration end. */
function configurer(stack: Stack) {
  const { ready } = lambdaTools(stack.status.lambda);
  // Else what LocalStack has closed since the last request would fail this one, and what is to be undone would stay.
  const client = new LambdaClient({ ...awsSettings(stack.status.lambda), maxAttempts: 3 });
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
    ): Promise<() => Promise<void>> {
      const FunctionName = nameOf(stack, name);
      const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
      const { Timeout, MemorySize } = found;
      const own = { ...found.Environment?.Variables };
      const previous = { FunctionName, Environment: { Variables: own }, Timeout, MemorySize };
      if (!before.has(name)) before.set(name, previous);
      await update(name, { FunctionName, Environment: { Variables: { ...own, ...variables } }, ...changes });
      return () => update(name, previous);
    },

    async restore(): Promise<void> {
      await Promise.all([...before].map(([name, input]) => update(name, input)));
    },
  };
}

/** Skips the last line, which may be incomplete. */
function jsonLines<T>(file: string): T[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}
