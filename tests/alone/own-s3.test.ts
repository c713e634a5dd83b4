/** `npm start -- --s3 …`: the lake is in an S3 of somebody else, with a login that the rest of AWS doesn't get. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { installFolder } from '#adapters/repository.ts';
import { openBackbone } from '#cli/backbone.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { findOwn } from '#localstack/own/find.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { until } from '#localstack/processes/until.ts';
import { startLocalStack } from '#localstack/services/localstack.ts';
import { forgetKept } from '#localstack/stack/kept.ts';
import { startStack } from '#localstack/stack/stack.ts';
import { readProgress } from '#operations/progress.ts';
import { createRandom } from '#simulator/random.ts';
import { runSparkJob } from '../faults/spark.ts';
import { deploy, freeStackPorts } from '../stack.ts';
import { endings } from '../support/endings.ts';
import { type GuardedS3, guardS3 } from '../support/guarded-s3.ts';
import { startPipeline } from '../support/pipeline.ts';
import { s3Client } from '../support/stores.ts';

const report = () => {};
/** Five minutes on a busy machine, most of it two of Spark's jobs. */
const WITHIN = 1_500_000;
const KEY = { accessKeyId: 'shop-lake', secretAccessKey: 'only S3 may know this' };
let folder: string;
let theirs: GuardedS3;
let lake: { readonly endpoint: string; readonly bucket: string };

const { atEnd, started } = endings();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tillstream-own-s3-'));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  const [port = 0] = await freePorts(1);
  const s3 = await startLocalStack({ port }, { runFolder: join(folder, 'theirs'), installFolder, report });
  theirs = await guardS3(s3.endpoint, KEY.accessKeyId);
  lake = { endpoint: theirs.endpoint, bucket: 'the-shops' };
  atEnd(async () => {
    await theirs.close();
    await s3.stop();
    rmSync(folder, { recursive: true });
  });
});

const login = (accessKeyId: string, secretAccessKey: string, session = '') => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', session);
};
beforeEach(() => login(KEY.accessKeyId, KEY.secretAccessKey));
afterAll(() => {
  vi.unstubAllEnvs();
});

const client = () => s3Client({ endpoint: theirs.endpoint, region: 'us-east-1', ...KEY });
const keysIn = async (Bucket: string, Prefix?: string) => {
  const { Contents = [] } = await client().send(new ListObjectsV2Command({ Bucket, ...(Prefix && { Prefix }) }));
  return Contents.map(({ Key }) => Key);
};

test('before anything starts it is looked at; what is missing is made, and what is wrong is said', async () => {
  const said: string[] = [];
  const look = (bucket: string) =>
    findOwn({ s3: { ...lake, bucket } }, (name, progress) => said.push(`${name}: ${progress}`));
  const found = await look('tried');
  expect(said).toEqual(['s3: yours; makes bucket tried']);
  await found.s3?.prepare();
  expect((await look('tried')).s3?.id).toBe(found.s3?.id);
  expect(said.at(-1)).toBe('s3: yours');
  expect(await keysIn('tried')).toEqual(['tillstream-lake.json']);

  expect(await found.s3?.owner()).toBeUndefined();
  for (const ledger of ['one', 'another']) expect(await found.s3?.claim(ledger)).toBe('one');
  expect(await found.s3?.owner()).toBe('one');
  const notes = ['tillstream-lake.json', 'tillstream-ledger.json'];

  theirs.ignore('if-none-match');
  await expect(look('tried')).rejects.toThrow(/can't be used: it overwrote an object in spite of If-None-Match/);
  theirs.ignore('x-amz-meta-rows');
  await expect(look('tried')).rejects.toThrow(/can't be used: it keeps no metadata/);
  theirs.ignore();
  expect(await keysIn('tried')).toEqual(notes);

  login('another', 'key');
  await expect(look('tried')).rejects.toThrow(/^Your S3 at .*, bucket tried, can't be used: it refuses the login/);
  login(KEY.accessKeyId, KEY.secretAccessKey, 'for an hour');
  await expect(look('tried')).rejects.toThrow(/needs a login that lasts/);
});

test(
  'functions, Spark and commands have the lake there, to exact numbers; it stays, and the next start goes on with it',
  async () => {
    const home = join(folder, 'home');
    const ports = await freeStackPorts();
    const options = { home, installFolder, ports, airflow: false, keep: true, own: { s3: lake }, deploy, report };
    const stack = await started(startStack(options));
    expect(stack.status.own).toEqual(['s3']);
    expect(stack.status.s3).toMatchObject({ ...lake, ...KEY });
    const statusFile = join(home, 'run', 'status.json');
    expect(statSync(statusFile).mode & 0o077).toBe(0);
    await client().send(new PutObjectCommand({ Bucket: lake.bucket, Key: 'theirs', Body: 'theirs' }));

    const before = theirs.refused.length;
    const pipeline = await started(startPipeline(stack));
    await pipeline.produce({ seed: 1, count: 60 });
    await pipeline.expectExact();
    const random = createRandom(1);
    // The first keeps its checkpoint there, the second reads the clicks.
    for (const program of ['stream_orders', 'aggregate_user_events'] as const)
      await runSparkJob(pipeline, program, random);
    const [{ object_key = '' } = {}] = (
      await pipeline.pool.query<{ object_key: string }>(
        `select object_key from ledger.deliveries where object_key like 'raw/orders/%' order by delivery_id limit 1`,
      )
    ).rows;
    const backbone = openBackbone(stack.status);
    expect((await backbone.lake.head(object_key))?.rows).toBeGreaterThan(0);
    await backbone.close();
    expect(theirs.refused.slice(before)).toEqual([]);
    await pipeline.stop();
    await stack.stop();

    const written = await keysIn(lake.bucket);
    expect(written).toEqual(expect.arrayContaining(['theirs', 'tillstream-lake.json', object_key]));
    expect(await keysIn(lake.bucket, 'checkpoints/')).not.toEqual([]);
    const logs = readFileSync(join(home, 'run', 'logs', 'localstack.log'), 'utf8');
    expect(logs).not.toContain(KEY.secretAccessKey);

    const again = await started(startStack(options));
    const second = await started(startPipeline(again));
    expect((await second.pool.query('select count(*)::int as orders from warehouse.fact_orders')).rows).toEqual([
      { orders: expect.any(Number) },
    ]);
    // What Spark announced last may wait for the relay's schedule, which is every minute.
    const isSent = async () => (await readProgress(second.pool, second.kafka)).unsent === 0;
    await until(isSent, { what: 'all curated orders are announced', within: WITHIN });
    const proof = await second.call<Proof>('prove', { depth: 'rows', settled: true });
    expect(proof.checks.filter(({ balanced }) => !balanced)).toEqual([]);
    await second.stop();
    await again.stop();

    // As a bucket that was made anew under its name.
    await client().send(new DeleteObjectCommand({ Bucket: lake.bucket, Key: 'tillstream-lake.json' }));
    await expect(startStack(options)).rejects.toThrow(/^The ledger in database .* belongs to another lake: /);
    expect(await keysIn(lake.bucket, 'tillstream-lake')).toEqual([]);
    forgetKept(home);
  },
  WITHIN,
);
