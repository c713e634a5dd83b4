/**
 * stream_orders on real Kafka, Spark, PostgreSQL and S3: it is killed in the middle and made to repeat a micro-batch. Its
 * results must equal the warehouse, which archive-orders and load-orders fill from the same records, and the batch job.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectKafka, type KafkaConnection, type Producer } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { deliverable } from '#domain/deliverable.ts';
import { streams } from '#domain/streams.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load } from '#functions/load-orders/load.ts';
import { SPARK_CODE } from '#localstack/install/spark.ts';
import { readRecord } from '#localstack/processes/process-record.ts';
import { familyOf, listProcesses } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';
import { produce } from '#simulator/produce.ts';
import { seedShop } from '#simulator/seed.ts';
import { callEmr } from '../support/emr.ts';
import { kafkaFrom, kafkaWithoutRecords } from '../support/kafka-from.ts';
import { isLoopback, listenersOf } from '../support/listening.ts';
import { type SparkJobs, startSparkJobs, testJobEnvironment } from '../support/spark-jobs.ts';
import { freshDatabase, freshLake, s3Client } from '../support/stores.ts';

const { emr, kafka: brokers, runFolder } = inject('stack');
const ORDERS = 3_000;
const topic = `orders-${randomBytes(4).toString('hex')}`;
let kafka: KafkaConnection;
let pool: Pool;
let lake: Lake;
let spark: SparkJobs;
let checkpoint: string;

beforeAll(async () => {
  [pool, lake] = await Promise.all([freshDatabase(), freshLake()]);
  checkpoint = `s3://${lake.bucket}/checkpoints/stream_orders`;
  kafka = await connectKafka({ ...brokers, clientId: 'stream-orders-test' });
  await kafka.createTopics([{ topic, partitions: 4 }]);
  await seedShop(pool);
  // Leaves customers and products that only orders mention.
  await pool.query("delete from shop.customers where customer_id < '40000000-0000-0000-0000-000000000000'");
  await pool.query('delete from inventory.inventory');
  await pool.query("delete from shop.products where product_id like '%7'");
  const shares = { duplicates: 0.05, conflicts: 0.02, unusual: 0.05 };
  const options = { topics: ['orders'] as const, count: ORDERS, seed: 11, ...shares };
  await produce({ kafka: { producer: () => toTopic(kafka) }, options });
  await abortOrder();
  await sendTooLarge();
  await fillWarehouse();
}, 300_000);

afterAll(async () => {
  await spark?.kill();
  await Promise.all([pool?.end(), kafka?.close()]);
});

/** A producer that sends the simulator's messages to the topic of this test. */
async function toTopic({ producer }: KafkaConnection): Promise<Producer> {
  const { send, ...rest } = await producer();
  return { ...rest, send: (_, records) => send(topic, records) };
}

/** Sends an order in a Kafka transaction and aborts it: no consumer may see it. */
async function abortOrder(): Promise<void> {
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const client = new Kafka({ brokers: [brokers.bootstrapServers], logLevel: logLevel.NOTHING });
  const producer = client.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const transaction = await producer.transaction();
  const id = '00000000-0000-4000-8000-00000000dead';
  const order = { order_id: id, user_id: id, amount: 1, currency: 'EUR', category: 'books', country: 'DE' };
  const value = JSON.stringify({ ...order, created_at: '2025-12-11T00:00:00Z' });
  await transaction.send({ topic, messages: [{ key: id, value }] });
  await transaction.abort();
  await producer.disconnect();
}

/** Sends two orders that no event of Lambda can hold: compressed, they are small enough for Kafka. */
async function sendTooLarge(): Promise<void> {
  const order = { amount: 1, currency: 'EUR', category: 'books', country: 'DE', created_at: '2025-12-11T00:00:00Z' };
  const made = (id: string, more = {}) => JSON.stringify({ order_id: id, user_id: id, ...order, ...more });
  const headers = [{ name: 'trace', value: Buffer.alloc(1_500_000, 0x80) }];
  const producer = await kafka.producer({ compression: 'gzip' });
  await producer.send(topic, [
    { key: 'a', value: made('00000000-0000-4000-8000-0000000001a6', { note: 'x'.repeat(8_000_000) }) },
    { key: 'b', value: made('00000000-0000-4000-8000-0000000002a6'), headers },
  ]);
  await producer.close();
}

/** Fills the warehouse from the same records at the same offsets. */
async function fillWarehouse(): Promise<void> {
  const consume = writeToLake({ pool, lake, ...kafkaFrom(0) }, layoutOf(streams.orders));
  const ranges = (await kafka.offsets(topic)).map(
    ({ partition, latest }) => [partition, { from: 0, to: latest }] as const,
  );
  for await (const { partition, records } of kafka.read(topic, new Map(ranges)))
    await consume(streams.orders, { topic: streams.orders.topic, partition, records: records.map(deliverable) });
  for (const { delivery_ids } of (await listNewFiles(pool)).chunks)
    await load({ pool, lake, kafka: kafkaWithoutRecords }, delivery_ids, 'test');
}

const COLUMNS = `order_id, product_id, order_date::text, created_at::text, quantity, amount::text, currency, category, country`;

async function curated(columns = `${COLUMNS}, customer_id, customer_segment`) {
  return (await pool.query(`select ${columns} from curated.fact_orders order by order_id`)).rows;
}

/** Expects each order of the warehouse in curated, to the cent, and announced once with its curated values. */
async function expectExact(): Promise<void> {
  const { rows: warehouse } = await pool.query(
    `select ${COLUMNS}, user_id as customer_id
     from (select *, (created_at at time zone 'UTC')::date as order_date from warehouse.fact_orders) as orders
     order by order_id`,
  );
  expect(warehouse).toHaveLength(ORDERS);
  expect(await curated(`${COLUMNS}, customer_id`)).toEqual(warehouse);
  const { rows: announced } = await pool.query(
    `select convert_from(record_value, 'UTF8')::jsonb - 'created_at' as event from ledger.outbox
     where topic = 'orders_cleaned' order by convert_from(record_key, 'UTF8')`,
  );
  const { rows: facts } = await pool.query(
    'select to_jsonb(fact_orders) as event from curated.fact_orders order by order_id',
  );
  expect(announced).toEqual(facts.map(({ event: { created_at, ...event } }) => ({ event })));
  const { rows: staged } = await pool.query("select tablename from pg_tables where schemaname = 'staging'");
  return expect(staged.length).toBeLessThanOrEqual(3); // Staging tables of the killed driver are removed after a day.
}

const count = async (table: string): Promise<number> =>
  (await pool.query<{ count: number }>(`select count(*) from ${table}`)).rows[0]?.count ?? 0;

const call = <T>(method: string, path: string, request?: object): Promise<T> =>
  callEmr(emr, method, `/jobruns${path}`, request);

test('the stream is killed in the middle', { timeout: 300_000 }, async () => {
  const environment = Object.entries(await testJobEnvironment(pool, lake)).map(
    ([name, value]) => `--conf spark.emr-serverless.driverEnv.${name}=${value}`,
  );
  const modules = ['database', 'orders', 'run_sql'].map((name) => join(SPARK_CODE, `${name}.py`)).join();
  const { jobRunId } = await call<{ jobRunId: string }>('POST', '', {
    clientToken: topic,
    executionRoleArn: emr.jobRoleArn,
    mode: 'STREAMING',
    jobDriver: {
      sparkSubmit: {
        entryPoint: join(SPARK_CODE, 'stream_orders.py'),
        entryPointArguments: ['--topic', topic, '--checkpoint', checkpoint, '--at-most', '400', '--every', '1'],
        sparkSubmitParameters: `--py-files ${modules} ${environment.join(' ')}`,
      },
    },
  });
  const run = async () =>
    (await call<{ jobRun: { state: string; stateDetails: string } }>('GET', `/${jobRunId}`)).jobRun;
  await until(
    async () => {
      const { state, stateDetails } = await run();
      return (await count('curated.fact_orders')) > 0 || state === 'FAILED' ? [stateDetails] : undefined;
    },
    { what: 'a micro-batch is curated', within: 200_000 },
  );
  const driver = readRecord(runFolder).find(({ service }) => service === `Spark job ${jobRunId}`);
  expect(driver, (await run()).stateDetails).toBeDefined();
  const pids = driver ? familyOf(driver, listProcesses()).map(({ pid }) => pid) : [];
  const listening = listenersOf(pids);
  expect(listening.length).toBeGreaterThan(1); // its session with Python, and the block manager
  expect(listening.filter((listener) => !isLoopback(listener))).toEqual([]);
  process.kill(-(driver?.pid ?? 0), 'SIGKILL');
  await until(async () => (await run()).state === 'FAILED', { what: 'the job has failed', within: 120_000 });
  expect((await run()).stateDetails).toContain('Exit code: SIGKILL');
  expect(await count('curated.fact_orders')).toBeLessThan(ORDERS);
});

const stream = () => spark.stream({ topic, checkpoint, at_most: 1_500 });

test('after a restart, curated equals the warehouse, and each order was announced once', {
  timeout: 300_000,
}, async () => {
  spark = await startSparkJobs({ pool, lake });
  const batches = await stream();
  expect(batches.length).toBeGreaterThan(1);
  expect(batches.some(({ records }) => (records.invalid_amount ?? 0) > 0)).toBe(true);
  expect(batches.reduce((sum, { records }) => sum + (records.too_large ?? 0), 0)).toBe(2);
  await expectExact();
  const { rows } = await pool.query('select distinct customer_segment from curated.fact_orders');
  expect(rows.map(({ customer_segment }) => customer_segment)).toContain('unknown');
});

test('a repeated micro-batch changes nothing', { timeout: 300_000 }, async () => {
  const s3 = s3Client();
  const prefix = 'checkpoints/stream_orders/commits/';
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: lake.bucket, Prefix: prefix }));
  const last = Math.max(...Contents.map(({ Key = '' }) => Number(Key.slice(prefix.length))).filter(Number.isInteger));
  await s3.send(new DeleteObjectCommand({ Bucket: lake.bucket, Key: `${prefix}${last}` }));
  const before = await curated('*, xmin');
  const [repeated, ...others] = await stream();
  expect(repeated?.batch).toBe(last);
  expect(repeated?.records.orders).toBeGreaterThan(0);
  expect(others).toEqual([]);
  expect(await curated('*, xmin')).toEqual(before);
  await expectExact();
});

test('the batch job has nothing to change in curated', { timeout: 300_000 }, async () => {
  const before = await curated();
  await spark.run('curate_orders');
  expect(await curated()).toEqual(before);
  await expectExact();
});
