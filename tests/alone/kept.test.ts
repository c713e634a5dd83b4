/** `npm start -- --keep`: what was acknowledged is there again after SIGKILL of everything, and its books balance. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { openPool } from '#adapters/postgres/index.ts';
import { inRepository, installFolder, repositoryRoot } from '#adapters/repository.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { reapLeftovers } from '#localstack/processes/process-record.ts';
import { until } from '#localstack/processes/until.ts';
import { localCredentials, REGION } from '#localstack/services/local-aws.ts';
import { startLocalStack } from '#localstack/services/localstack.ts';
import { forgetKept } from '#localstack/stack/kept.ts';
import { startStack } from '#localstack/stack/stack.ts';
import { readStatus, type StackStatus } from '#localstack/stack/status.ts';
import { readProgress } from '#operations/progress.ts';
import { produce } from '#simulator/produce.ts';
import { seedShop } from '#simulator/seed.ts';
import { simulate } from '#simulator/simulator.ts';
import { deploy, freeStackPorts } from '../stack.ts';
import { startPipeline } from '../support/pipeline.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillstream-kept-'));
beforeAll(() => chmodSync(folder, 0o755)); // PostgreSQL may run as another user.
afterAll(() => rmSync(folder, { recursive: true }));
const report = () => {};
/** Three minutes on a busy machine. */
const WITHIN = 900_000;

test('an object of the lake is on the disk before its 200, with all that S3 knows of it', async () => {
  const [port = 0] = await freePorts(1);
  const context = { runFolder: join(folder, 'run'), keptFolder: join(folder, 'lake'), installFolder, report };
  const start = () => startLocalStack({ port, keptBucket: 'lake' }, context);
  const client = () =>
    new S3Client({
      ...{ endpoint: `http://127.0.0.1:${port}`, region: REGION, credentials: localCredentials, forcePathStyle: true },
    });
  const makeBucket = async (s3: S3Client, Bucket: string) => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  };
  const put = (s3: S3Client, Key: string, Body: string | Buffer, Bucket = 'lake') =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: '*', Metadata: { rows: '7' } }));
  const read = async (s3: S3Client, Key: string, Range?: string) => {
    const answer = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key, ...(Range && { Range }) }));
    const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    return {
      bytes,
      etag: answer.ETag,
      version: answer.VersionId,
      modified: answer.LastModified,
      meta: answer.Metadata,
    };
  };
  const versions = async (s3: S3Client) => {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'lake' }));
    return [...Versions, ...DeleteMarkers].map((each) => [each.Key, each.VersionId, each.IsLatest]);
  };

  const large = Buffer.alloc((2 << 20) + 1, 'large ');
  const first = await start();
  const before = client();
  await makeBucket(before, 'lake');
  await makeBucket(before, 'other');
  await put(before, 'raw/small é', 'small');
  await put(before, 'raw/large', large);
  await put(before, 'raw/empty', Buffer.alloc(0));
  await put(before, 'raw/deleted', 'deleted');
  await before.send(new DeleteObjectCommand({ Bucket: 'lake', Key: 'raw/deleted' }));
  await before.send(new PutObjectCommand({ Bucket: 'lake', Key: 'raw/twice', Body: 'first' }));
  await before.send(new PutObjectCommand({ Bucket: 'lake', Key: 'raw/twice', Body: 'second' }));
  await put(before, 'raw/elsewhere', 'not kept', 'other');
  await expect(put(before, 'raw/small é', 'other')).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
  const [small, listed] = [await read(before, 'raw/small é'), await versions(before)];
  await first.kill();

  const second = await start();
  const after = client();
  await makeBucket(after, 'lake');
  await makeBucket(after, 'other');
  expect(await versions(after)).toEqual(listed);
  expect(await read(after, 'raw/small é')).toEqual(small);
  expect(small).toMatchObject({ bytes: Buffer.from('small'), meta: { rows: '7' } });
  expect((await read(after, 'raw/large')).bytes).toEqual(large);
  expect((await read(after, 'raw/large', 'bytes=-6')).bytes).toEqual(large.subarray(-6));
  expect((await read(after, 'raw/empty')).bytes).toHaveLength(0);
  expect((await read(after, 'raw/twice')).bytes.toString()).toBe('second');
  await expect(read(after, 'raw/deleted')).rejects.toThrow('does not exist');
  await expect(put(after, 'raw/large', 'other')).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });

  const [bytes, latest] = [
    () => readdirSync(join(folder, 'lake', 's3')).filter((name) => name.endsWith('.bytes')),
    small,
  ];
  expect(bytes()).toHaveLength(6);
  await after.send(new DeleteObjectCommand({ Bucket: 'lake', Key: 'raw/small é', VersionId: latest.version }));
  expect(bytes()).toHaveLength(5);
  await second.stop();
});

/** Starts it in a process of its own, which can be killed as `npm start` can, with the poller. */
async function startElsewhere(options: {
  readonly home: string;
}): Promise<{ status: StackStatus; kill(): Promise<void> }> {
  const from = (file: string) => JSON.stringify(inRepository(file));
  const script = `
    import { startPollerProcess } from ${from('localstack/poller/poller-process.ts')};
    import { startStack } from ${from('localstack/stack/stack.ts')};
    import { deploy } from ${from('tests/stack.ts')};
    const { status } = await startStack({ ...${JSON.stringify(options)}, deploy, report() {} });
    const { runFolder, kafka, lambda } = status;
    await startPollerProcess({ runFolder, bootstrapServers: kafka.bootstrapServers, awsEndpoint: lambda.endpoint });
    console.log('It runs.');
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(parent, 'exit');
  const runFolder = join(options.home, 'run');
  const kill = async (): Promise<void> => {
    parent.kill('SIGKILL');
    await ended;
    await reapLeftovers(runFolder);
  };
  // A test that fails before it has killed this would leave it.
  onTestFinished(kill);
  await Promise.race([
    once(parent.stdout, 'data'),
    ended.then(([code]) => {
      throw new Error(`The stack could not be started: exit code ${code}`);
    }),
  ]);
  return { status: readStatus(runFolder) as StackStatus, kill };
}

test(
  'after SIGKILL of everything in the middle, the next run goes on to exact numbers and a balanced proof',
  async () => {
    const home = join(folder, 'home');
    const options = { home, installFolder, ports: await freeStackPorts(), airflow: false, keep: true };
    const orders = { seed: 1, count: 200 };

    const { status, kill } = await startElsewhere(options);
    const kafka = await connectKafka({ bootstrapServers: status.kafka.bootstrapServers, clientId: 'kept-test' });
    const pool = openPool({ connectionString: status.postgres.url, max: 2 });
    await seedShop(pool);
    await produce({ kafka, options: orders });
    const someAreArchived = async () => (await readProgress(pool, kafka)).archived > 0;
    await until(someAreArchived, { what: 'the first orders are in the lake', within: 180_000, every: 25 });
    await kill();
    await Promise.allSettled([kafka.close(), pool.end()]);

    const again = await startStack({ ...options, deploy, report });
    expect(again.status.kept).toEqual({ folder: join(home, 'data'), starts: 2 });
    const pipeline = await startPipeline(again);
    pipeline.expectation.add([...simulate(orders)]);
    await pipeline.produce({ seed: 2, count: 50 });
    await pipeline.expectExact();

    await pipeline.pool.query(`insert into public.migrations (name, sha256) values ('999_of_a_later_version', '')`);
    await expect(deploy(again.services)).rejects.toThrow(/has 999_of_a_later_version, which sql\/migrations has not/);
    await pipeline.stop();
    await again.stop();
    forgetKept(home);
  },
  WITHIN,
);
