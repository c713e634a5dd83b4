/** `npm start -- --postgres '…?sslmode=verify-full&sslrootcert=FILE'`: a server that takes no connection without TLS. */
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openPool } from '#adapters/postgres/index.ts';
import { installFolder } from '#adapters/repository.ts';
import { findOwn } from '#localstack/own/find.ts';
import { readOwn } from '#localstack/own/given.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startPostgres } from '#localstack/services/postgres.ts';
import { unprivilegedUser } from '#localstack/services/postgres-user.ts';
import { forgetKept } from '#localstack/stack/kept.ts';
import { startStack } from '#localstack/stack/stack.ts';
import { createRandom } from '#simulator/random.ts';
import { runSparkJob } from '../faults/spark.ts';
import { deploy, freeStackPorts } from '../stack.ts';
import { makeCertificates } from '../support/certificates.ts';
import { endings } from '../support/endings.ts';
import { startPipeline } from '../support/pipeline.ts';

const report = () => {};
/** Five minutes on a busy machine. */
const WITHIN = 1_500_000;
const { atEnd, started } = endings();
let folder: string;
let server: string;
let authority: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tillstream-own-tls-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  const certificates = await makeCertificates(join(folder, 'certificates'));
  authority = certificates.authority;
  const [port = 0] = await freePorts(1);
  const runFolder = join(folder, 'theirs');
  const postgres = await started(startPostgres({ port }, { runFolder, installFolder, report }));
  const superuser = openPool({ ...postgres.connection, max: 1 });
  const { rows } = await superuser.query<{ data_directory: string }>('show data_directory');
  const data = rows[0]?.data_directory ?? '';
  const user = unprivilegedUser();
  for (const [from, name] of [
    [certificates.server.certificate, 'server.crt'],
    [certificates.server.key, 'server.key'],
  ] as const) {
    copyFileSync(from, join(data, name));
    chmodSync(join(data, name), 0o600);
    if (user) chownSync(join(data, name), user.uid, user.gid);
  }
  await superuser.query(`create role shop_owner login createrole createdb password 'of the test'`);
  await superuser.query('create database orders owner shop_owner');
  await superuser.query('alter system set ssl = on');
  writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all all scram-sha-256\n');
  await superuser.query('select pg_reload_conf()');
  await superuser.end();
  server = `postgresql://shop_owner:of%20the%20test@localhost:${port}/orders`;
});

const own = (query: string) => readOwn({ postgres: `${server}${query}` }, {});
const encrypted = () => own(`?sslmode=verify-full&sslrootcert=${authority}`);

test('it is understood, and without TLS or by another authority it is not', async () => {
  expect((await findOwn(encrypted(), report)).postgres?.makes).toMatch(/^schemas ledger, /);
  await expect(findOwn(own('?sslmode=disable'), report)).rejects.toThrow(
    /can't be used: no pg_hba.conf entry .*no encryption/,
  );
  const others = await makeCertificates(join(folder, 'others'));
  const wrong = own(`?sslmode=verify-full&sslrootcert=${others.authority}`);
  await expect(findOwn(wrong, report)).rejects.toThrow(/can't be used: .*certificate/);
});

test(
  'functions, Spark, Airflow and commands speak to it with TLS, to exact numbers',
  async () => {
    const home = join(folder, 'home');
    const options = { home, installFolder, ports: await freeStackPorts(), keep: true };
    const stack = await started(startStack({ ...options, own: encrypted(), deploy, report }));
    expect(stack.status.airflow).toBeDefined();
    const pipeline = await started(startPipeline(stack));
    await pipeline.produce({ seed: 1, count: 60 });
    await pipeline.expectExact();
    await runSparkJob(pipeline, 'curate_orders', createRandom(1));
    const asAnalyst = openPool({ connectionString: stack.status.postgres.url, max: 1 });
    atEnd(() => asAnalyst.end());
    const { rows } = await asAnalyst.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    expect(rows).toEqual([{ ssl: true }]);
    await pipeline.stop();
    await stack.stop();
    forgetKept(home);
  },
  WITHIN,
);
