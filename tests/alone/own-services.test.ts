/** `npm start -- --kafka … --postgres … --elasticsearch …`: services of somebody else are used, and left as they are. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { inspectCluster } from '#adapters/kafka/inspect.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { installFolder } from '#adapters/repository.ts';
import { findElasticsearch, requireOwnIndex } from '#localstack/own/elasticsearch.ts';
import { findOwn } from '#localstack/own/find.ts';
import type { OwnServices } from '#localstack/own/given.ts';
import { type Owned, requirePair } from '#localstack/own/pairing.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startElasticsearch } from '#localstack/services/elasticsearch.ts';
import { startKafka } from '#localstack/services/kafka.ts';
import { type PostgresConnection, startPostgres } from '#localstack/services/postgres.ts';
import { forgetKept, type KeptData, openKept } from '#localstack/stack/kept.ts';
import { startStack } from '#localstack/stack/stack.ts';
import { deploy, freeStackPorts } from '../stack.ts';
import { endings } from '../support/endings.ts';
import { startPipeline } from '../support/pipeline.ts';

const report = () => {};
/** Three minutes on a busy machine. */
const WITHIN = 900_000;
const { atEnd, started } = endings();
let folder: string;
let superuser: Pool;
let own: Required<Omit<OwnServices, 's3'>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tillstream-own-'));
  atEnd(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  const context = { runFolder: join(folder, 'theirs'), installFolder, report };
  const [port = 0, controllerPort = 0, database = 0, search = 0, transportPort = 0] = await freePorts(5);
  const [kafka, postgres, elasticsearch] = await Promise.all([
    started(startKafka({ port, controllerPort }, context)),
    started(startPostgres({ port: database }, context)),
    started(startElasticsearch({ port: search, transportPort }, context)),
  ]);
  superuser = openPool({ ...postgres.connection, max: 1 });
  atEnd(() => superuser.end());
  // As the owner of a database on RDS.
  await superuser.query(`create role shop_owner login createrole createdb password 'of the test'`);
  await superuser.query('create database orders owner shop_owner');
  const connection = { ...postgres.connection, database: 'orders', user: 'shop_owner', password: 'of the test' };
  own = { kafka, postgres: connection, elasticsearch };
});

/** What a start on them is told, whose ledger, lake or index is another's. */
async function expectBoundTo(pool: Pool, kept: KeptData): Promise<void> {
  const note = async () => {
    const { rows } = await pool.query('select name, identity from public.npm_start_stores order by name');
    return Object.fromEntries(rows.map(({ name, identity }) => [name, identity]));
  };
  const { ledger, ...stores } = await note();
  expect(stores).toEqual({ Kafka: expect.stringMatching(/^cluster /), lake: `kept ${kept.id}` });
  expect(kept.ledger).toBe(ledger);
  const data: Owned = { what: 'the data of the home', owner: async () => kept.ledger, claim: async (id) => id };

  // Such as a Kafka that was made anew, or the same database from another home.
  await expect(requirePair(own.postgres, { ...stores, Kafka: 'cluster of others' }, [data])).rejects.toThrow(
    /^The ledger in database orders on .* belongs to another Kafka: /,
  );
  // As compose leaves it, or a backup of the product's own schemas.
  await pool.query('drop table public.npm_start_stores');
  await expect(requirePair(own.postgres, stores, [data])).rejects.toThrow(
    /is in use and does not say which Kafka and /,
  );
  expect((await pool.query(`select to_regclass('public.npm_start_stores') as found`)).rows).toEqual([{ found: null }]);
  await requirePair(own.postgres, stores, [data], { adopt: true });
  expect(await note()).toEqual({ ...stores, ledger });

  await superuser.query('create database another owner shop_owner');
  const another = { ...own.postgres, database: 'another' };
  await expect(requirePair(another, stores, [data], { adopt: true })).rejects.toThrow(
    /^The ledger in database another .* is not the one that the data of the home belong to/,
  );
  // Two starts at once on one new bucket: neither finds an owner, and one comes first.
  const taken: Owned = { ...data, owner: async () => undefined, claim: async () => 'another' };
  await expect(requirePair(another, stores, [taken])).rejects.toThrow(
    /^Another ledger has taken the data of the home at the same moment, .* in database another .*: drop table public/,
  );
  const requireOwn = async (database: PostgresConnection) =>
    requireOwnIndex(await findElasticsearch(own.elasticsearch.url), database);
  await requireOwn(own.postgres);
  await expect(requireOwn(another)).rejects.toThrow(
    /has documents in hourly_metrics-v1, which this ledger has not made: .* DELETE \/hourly_metrics-v1 first/,
  );
  // It would be taken for the newest of ours, though nothing is behind the alias there.
  const theirs = `${own.elasticsearch.url}/hourly_metrics-v7`;
  const body = JSON.stringify({ theirs: true });
  const headers = { 'content-type': 'application/json' };
  await fetch(theirs, { method: 'PUT' });
  await fetch(`${theirs}/_doc?refresh=true`, { method: 'POST', headers, body });
  await expect(requireOwn(own.postgres)).rejects.toThrow(/has documents in hourly_metrics-v7, which this ledger/);
  await fetch(theirs, { method: 'DELETE' });
  await requireOwn(own.postgres);
}

describe('before anything starts', () => {
  test('it is said what will be made', async () => {
    const said: string[] = [];
    await findOwn(own, (name, progress) => said.push(`${name}: ${progress}`));
    expect(said).toEqual([
      expect.stringMatching(/^kafka: yours; makes topics orders, /),
      expect.stringMatching(/^postgres: yours; makes schemas ledger, .*; roles archive_orders, /),
      'elasticsearch: yours; makes index hourly_metrics where it is missing',
    ]);
  });

  test('each that cannot be used is named, with what to do', async () => {
    await superuser.query('create database theirs owner shop_owner');
    const theirs: PostgresConnection = { ...own.postgres, database: 'theirs' };
    const pool = openPool({ ...theirs, max: 1 });
    await pool.query('create schema shop').finally(() => pool.end());
    const [nobody = 0] = await freePorts(1);
    const wrong = {
      kafka: { bootstrapServers: `127.0.0.1:${nobody}` },
      postgres: theirs,
      elasticsearch: { url: `http://127.0.0.1:${nobody}` },
    };
    const failure = await findOwn(wrong, report).catch((error: Error) => error.message);
    expect(failure).toMatch(/^Your Kafka at .* can't be used: .*without TLS/m);
    expect(failure).toMatch(
      /^Your PostgreSQL, .* has schemas of others by the names of ours \(shop\): create another/m,
    );
    expect(failure).toMatch(/^Your Elasticsearch at .* doesn't answer: /m);
    const client = { ...own.kafka, clientId: 'own-services-test' };
    const kafka = await connectKafka(client);
    await kafka.createTopics([{ topic: 'compacted', partitions: 2, cleanup: 'compact' }]).finally(() => kafka.close());
    const { missing, faults } = await inspectCluster(client, [{ topic: 'compacted', partitions: 3 }]);
    expect(missing).toEqual([]);
    expect(faults).toEqual([
      expect.stringMatching(/^topic compacted has 2 partitions, expected 3: /),
      expect.stringMatching(/^topic compacted has cleanup\.policy=compact, expected delete, /),
    ]);
    const login = { postgres: { ...own.postgres, password: 's3cret' } };
    await expect(findOwn(login, report)).rejects.toThrow(/^(?!.*s3cret).*password authentication failed/);
  });
});

test(
  'they carry everything to exact numbers; stopping leaves them, and their own topics, tables and indices',
  async () => {
    const home = join(folder, 'home');
    const kafka = await connectKafka({ ...own.kafka, clientId: 'own-services-test' });
    atEnd(() => kafka.close());
    await kafka.createTopics([{ topic: 'theirs', partitions: 1 }]);
    const pool = openPool({ ...own.postgres, max: 1 });
    atEnd(() => pool.end());
    await pool.query('create table theirs as select 1 as n');

    const options = { home, installFolder, ports: await freeStackPorts(), airflow: false, keep: true };
    const stack = await started(startStack({ ...options, own, deploy, report }));
    expect(stack.status.own).toEqual(['kafka', 'postgres', 'elasticsearch']);
    expect([stack.services.kafka, stack.services.postgres].flatMap(({ pids }) => pids)).toEqual([]);
    const pipeline = await started(startPipeline(stack));
    await pipeline.produce({ seed: 1, count: 60, topics: ['orders', 'transactions'] });
    await pipeline.expectExact();
    await pipeline.stop();
    await stack.stop();

    const [{ latest = 0 } = {}] = await kafka.offsets('orders');
    expect(latest).toBeGreaterThan(0);
    expect((await pool.query('select n from theirs')).rows).toEqual([{ n: 1 }]);
    expect((await pool.query('select count(*) > 0 as any from warehouse.fact_orders')).rows).toEqual([{ any: true }]);
    expect((await fetch(`${own.elasticsearch.url}/_cat/indices/hourly_metrics-v1`)).ok).toBe(true);
    const said: string[] = [];
    await findOwn(own, (name, progress) => said.push(`${name}: ${progress}`));
    expect(said.slice(0, 2)).toEqual(['kafka: yours', 'postgres: yours']);

    await expectBoundTo(pool, openKept(home));
    forgetKept(home);
  },
  WITHIN,
);
