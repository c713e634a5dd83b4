/** Kafka, PostgreSQL, LocalStack and Elasticsearch start, stop, crash and start again, and leave nothing behind. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { openPool } from '#adapters/postgres/index.ts';
import { inRepository, installFolder, repositoryRoot } from '#adapters/repository.ts';
import { readAll } from '#adapters/search/index.ts';
import { checkTools } from '#localstack/install/tools.ts';
import { freePorts, isFree } from '#localstack/processes/ports.ts';
import { familyOf, identify, isRunning, listProcesses, type ProcessIdentity } from '#localstack/processes/processes.ts';
import { startPostgres } from '#localstack/services/postgres.ts';
import { removeDataFolder } from '#localstack/services/postgres-user.ts';
import { claimHome } from '#localstack/stack/home.ts';
import type { StackPorts } from '#localstack/stack/ports.ts';
import { type Stack, startStack } from '#localstack/stack/stack.ts';
import { readStatus } from '#localstack/stack/status.ts';
import { freeStackPorts } from '../stack.ts';
import { awsSettings } from '../support/lambda.ts';
import { openOutside } from '../support/open-files.ts';
import { openSearch } from '../support/search.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillstream-services-'));
beforeAll(() => chmodSync(folder, 0o755)); // PostgreSQL may run as another user.
afterAll(() => rmSync(folder, { recursive: true }));
const newHome = () => join(folder, randomUUID());
const report = () => {};

/** The processes of all services, with their descendants. */
function processesOf({ services }: Stack): ProcessIdentity[] {
  const all = listProcesses();
  const { kafka, postgres, localstack, elasticsearch } = services;
  return [kafka, postgres, localstack, elasticsearch].flatMap(({ pids }) =>
    pids.flatMap((pid) => {
      const leader = identify(pid);
      return leader ? familyOf(leader, all) : [];
    }),
  );
}

test('this machine has what the stack needs', async () => {
  expect((await checkTools()).filter(({ ok }) => !ok)).toEqual([]);
});

describe('a stack', () => {
  // The path of a socket may have 107 bytes.
  const home = join(folder, 'a path with spaces that is longer than that of a socket may be '.repeat(2).trim(), 'home');
  let ports: StackPorts;
  let stack: Stack;
  beforeAll(async () => {
    ports = await freeStackPorts();
    stack = await startStack({ home, installFolder, ports, airflow: false, report });
  });
  afterAll(() => stack.stop());

  test('writes every address and login, correctly, into a file that only its owner can read', async () => {
    const { status } = stack;
    expect(readStatus(status.runFolder)).toEqual(status);
    expect(statSync(join(status.runFolder, 'status.json')).mode & 0o777).toBe(0o600);

    const pool = openPool({ connectionString: status.postgres.url });
    const { rows } = await pool.query('select current_database() as name, current_setting($1) as zone', ['TimeZone']);
    expect(rows).toEqual([{ name: 'tillstream', zone: 'UTC' }]);
    await pool.end();
    const s3 = new S3Client({ ...awsSettings(status.s3), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: status.s3.bucket }));
  });

  test('has nothing open outside its home, so that another user’s stack, or another of this user, is not in its way', async () => {
    const { s3: aws, runFolder } = stack.status;
    const s3 = new S3Client({ ...awsSettings(aws), forcePathStyle: true });
    // LocalStack keeps what is larger than 512 KB in a file.
    const Body = Buffer.alloc(2 << 20, 'x');
    await s3.send(new CreateBucketCommand({ Bucket: 'outside' }));
    await s3.send(new PutObjectCommand({ Bucket: 'outside', Key: 'large', Body }));
    const read = await s3.send(new GetObjectCommand({ Bucket: 'outside', Key: 'large' }));
    expect(Buffer.from((await read.Body?.transformToByteArray()) ?? [])).toEqual(Body);

    const pids = processesOf(stack).map(({ pid }) => pid);
    expect(openOutside(home, pids)).toEqual([]);
    expect(openOutside('/nowhere', pids)).toContain(join(runFolder, 'logs', 'kafka.log'));
  });

  test('is the only one in its home; a second start names the first process', async () => {
    const second = startStack({ home, installFolder, ports: await freeStackPorts(), airflow: false, report });
    await expect(second).rejects.toThrow(`already running in ${home}, started by process ${process.pid}`);
  });

  test('keeps records that Kafka has acknowledged when the broker is killed and restarted; takes 2 MB records', async () => {
    const client = { clientId: 'services-test', bootstrapServers: stack.status.kafka.bootstrapServers };
    const before = await connectKafka(client);
    await before.createTopics([{ topic: 'kept', partitions: 1 }]);
    const producer = await before.producer();
    await producer.send('kept', [{ key: 'large', value: Buffer.alloc(2_000_000, 'x') }]);
    await producer.close();
    await before.close();

    await stack.restart('kafka');
    const after = await connectKafka(client);
    expect(await after.offsets('kept')).toEqual([{ partition: 0, earliest: 0, latest: 1 }]);
    expect((await after.record('kept', 0, 0))?.value).toHaveLength(2_000_000);
    await after.close();
  });

  test('keeps rows that PostgreSQL has committed when the server is killed and restarted', async () => {
    const pool = openPool({ connectionString: stack.status.postgres.url });
    await pool.query('create table kept as select generate_series(1, 1000) as n');
    // A backend in the middle of a query does not notice that the server is gone.
    const busy = pool.query('select pg_sleep(600)').catch((error: Error) => error);
    await stack.restart('postgres');
    expect(await busy).toBeInstanceOf(Error);
    expect((await pool.query('select sum(n)::int as sum from kept')).rows).toEqual([{ sum: 500_500 }]);
    await pool.end();
  });

  test('keeps documents that Elasticsearch has acknowledged when the node is killed and restarted', async () => {
    const { url } = stack.status.elasticsearch;
    expect(await (await fetch(url)).json()).toMatchObject({ version: { number: expect.stringMatching(/^8\.19\./) } });
    const search = await openSearch(url);
    await search.indices.create({ index: 'kept' });
    await search.index({ index: 'kept', id: '1', document: { kept: true } });
    await stack.restart('elasticsearch');
    expect(await readAll(search, 'kept')).toEqual([{ id: '1', source: { kept: true }, version: 1 }]);
    await search.close();
  });

  test('reports a service that ends unexpectedly, with the end of its log', async () => {
    const [pid = 0] = stack.services.localstack.pids;
    process.kill(pid, 'SIGKILL');
    await expect(stack.failed).rejects.toThrow(/^LocalStack was ended by SIGKILL[\s\S]*Ready\./);
    await stack.restart('localstack');
  });

  test('stops, leaves no process, no port and no data, and keeps its logs', async () => {
    const processes = processesOf(stack);
    expect(processes.length).toBeGreaterThan(6);
    await stack.stop();
    expect(processes.filter(isRunning)).toEqual([]);
    expect(await Promise.all(Object.values(ports).map(isFree))).not.toContain(false);
    const { runFolder } = stack.status;
    expect(readStatus(runFolder)).toBeUndefined();
    expect(
      ['kafka', 'postgres', 'localstack', 'elasticsearch'].filter((name) => existsSync(join(runFolder, name))),
    ).toEqual([]);
    expect(readFileSync(join(runFolder, 'logs', 'kafka.log'), 'utf8')).toContain('Kafka Server started');
    (await claimHome(home)).release();
  });
});

describe('a start', () => {
  test('names a port in use and how to choose another, and starts nothing', async () => {
    const home = newHome();
    const ports = await freeStackPorts();
    const taken = createServer().listen(ports.postgres, '127.0.0.1');
    await once(taken, 'listening');
    const started: string[] = [];
    const stack = startStack({
      home,
      installFolder,
      ports,
      airflow: false,
      report: (service) => started.push(service),
    });
    await expect(stack).rejects.toThrow(
      new RegExp(
        `Port ${ports.postgres}, wanted for PostgreSQL, is taken.*--postgres-port or TILLSTREAM_POSTGRES_PORT`,
      ),
    );
    taken.close();
    expect(started).toEqual([]);
    (await claimHome(home)).release();
  });

  test('that is cancelled in the middle leaves nothing', async () => {
    const home = newHome();
    const ports = await freeStackPorts();
    const given = new AbortController();
    const stack = startStack({
      home,
      installFolder,
      ports,
      airflow: false,
      report: (service, progress) => {
        if (service === 'postgres' && progress === 'ready') given.abort(new Error('given up'));
      },
      signal: given.signal,
    });
    await expect(stack).rejects.toThrow('given up');
    expect(await Promise.all(Object.values(ports).map(isFree))).not.toContain(false);
    const claimed = await claimHome(home);
    expect(claimed.reaped).toEqual([]);
    claimed.release();
  });

  test('after a killed run stops the processes that it left', async () => {
    const home = newHome();
    const ports = await freeStackPorts();
    const script = `
      import { startStack } from ${JSON.stringify(inRepository('localstack/stack/stack.ts'))};
      const stack = await startStack(${JSON.stringify({ home, installFolder, ports, airflow: false }).slice(
        0,
        -1,
      )}, report() {} });
      console.log('up');
      setInterval(() => {}, 1000);`;
    const args = ['--input-type=module-typescript', '-e', script];
    const parent = spawn(process.execPath, args, {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(await isFree(ports.kafka)).toBe(false);

    const claimed = await claimHome(home);
    expect([...claimed.reaped].sort()).toEqual(['Elasticsearch', 'Kafka', 'LocalStack', 'PostgreSQL']);
    expect(await Promise.all(Object.values(ports).map(isFree))).not.toContain(false);
    claimed.release();
  });
});

describe('PostgreSQL', () => {
  test('runs in a folder that its user cannot read, such as one below /root', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'tillstream-closed-')); // mode 0700
    const [port = 0] = await freePorts(1);
    const context = { runFolder: join(closed, 'run'), installFolder, report };
    const postgres = await startPostgres({ port }, context);
    await postgres.stop();
    const again = await startPostgres({ port, password: postgres.connection.password }, context);
    await again.stop();
    removeDataFolder(join(context.runFolder, 'postgres'));
    rmSync(closed, { recursive: true });
  });
});
