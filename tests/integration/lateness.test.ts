/** Another lateness, on real PostgreSQL and Elasticsearch: hours, view, index, data quality and proof follow it, whatever comes between. */
import { randomUUID } from 'node:crypto';
import { beforeEach, expect, inject, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { readHourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import type { Search } from '#adapters/search/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { streams } from '#domain/streams.ts';
import { check } from '#functions/check-quality/check.ts';
import { indexMetrics } from '#functions/index-hourly-metrics/index-metrics.ts';
import { setLateness } from '#functions/migrate-database/lateness.ts';
import { prove } from '#functions/prove/prove.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { until } from '#localstack/processes/until.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { payment, paymentBatch } from '../support/payments.ts';
import { openSearch } from '../support/search.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const SECOND = 1_000;
const MINUTES = 60 * SECOND;
const HOURS = 60 * MINUTES;

let owner: Pool;
let role: Record<'run_transformations' | 'index_hourly_metrics' | 'check_quality' | 'prove', Pool>;
let lake: Lake;
let search: Search;
let alias: string;
/** When payments were made that came half an hour and more later: late after 120 s, not after 3,600 s, however slow the machine is. */
let between: string;
let longAgo: string;
let stored: number;

beforeEach(async () => {
  owner = await freshDatabase();
  role = {
    run_transformations: await poolAs('run_transformations', owner),
    index_hourly_metrics: await poolAs('index_hourly_metrics', owner),
    check_quality: await poolAs('check_quality', owner),
    prove: await poolAs('prove', owner),
  };
  lake = await freshLake();
  search = await openSearch(inject('stack').elasticsearch.url);
  alias = `test_${randomUUID()}`;
  stored = 0;
  const { rows } = await owner.query<{ now: Date }>('select now()');
  const before = (milliseconds: number) =>
    new Date((rows[0]?.now.getTime() ?? Number.NaN) - milliseconds).toISOString();
  between = before(30 * MINUTES);
  longAgo = before(3 * HOURS);
  await store(before(20 * SECOND), between, between, longAgo);
  return async () => {
    const names = Object.keys(await search.indices.get({ index: `${alias}-v*` }));
    if (names.length > 0) await search.indices.delete({ index: names });
    await Promise.all([search.close(), ...Object.values(role).map((pool) => pool.end())]);
    await owner.end();
  };
});

/** As payments that were made then and arrive now. */
async function store(...times: readonly string[]): Promise<void> {
  const consume = writeToPostgres({ pool: owner, ...kafkaFrom(0) }, storePayments);
  const values = times.map((at, index) => payment({ id: stored + index, at }));
  await consume(streams.transactions, paymentBatch(0, stored, values));
  stored += times.length;
}

const set = (afterSeconds: number, within = MINUTES) => setLateness(owner, afterSeconds, Date.now() + within);

/** What the DAG does each hour. */
async function run(): Promise<{ hours: number }> {
  const transformed = await transform(role.run_transformations, { full: false });
  await indexMetrics(role.index_hourly_metrics, search, { alias });
  return transformed;
}

/** Late payments of both hours by the view, and those that the index says otherwise. */
async function late() {
  const { rows } = await owner.query<{ at: string; late: number }>(
    `select made.at, late_transactions as late
     from unnest($1::timestamptz[], array['between', 'longAgo']) as made (event_time, at)
     join payments.hourly_metrics on event_hour = date_trunc('hour', made.event_time, 'UTC')`,
    [[between, longAgo]],
  );
  return Object.fromEntries(rows.map(({ at, late }) => [at, late]));
}

const inIndex = async () =>
  (await readHourlyMetrics(search, alias)).reduce((sum, { late_transactions }) => sum + late_transactions, 0);

/** @param settled whether nothing may wait for a run */
async function faults(settled: boolean): Promise<string[]> {
  const quality = await check(role.check_quality, { suite: 'process_kafka_to_postgres' }, Date.now() + MINUTES);
  const { checks } = await prove(
    {
      ...{ pool: role.prove, lake },
      offsets: async (topic) => [{ partition: 0, earliest: 0, latest: topic === 'transactions' ? stored : 0 }],
      hourlyMetrics: () => readHourlyMetrics(search, alias),
    },
    { depth: 'rows', settled },
  );
  return [
    ...quality.filter(({ rows }) => rows.length > 0).map(({ name }) => name),
    ...checks.filter(({ balanced }) => !balanced).flatMap(({ name, where }) => [name, ...where]),
  ];
}

it('judges all payments by the new lateness after the next run, and by the old one until then', async () => {
  await run();
  expect([await late(), await inIndex(), await faults(true)]).toEqual([{ between: 2, longAgo: 1 }, 3, []]);

  // Nobody may have to do anything twice: a deployment that changes nothing marks nothing.
  expect(await set(120)).toEqual({ after_seconds: 120, hours: 0 });
  expect(await set(3600)).toEqual({ after_seconds: 3600, hours: 1 });
  expect(await set(3600)).toEqual({ after_seconds: 3600, hours: 0 });
  // Should all end here, what is there still agrees, and the next run brings it about.
  expect([await late(), await inIndex(), await faults(false)]).toEqual([{ between: 2, longAgo: 1 }, 3, []]);
  expect((await faults(true)).join()).toContain('wait');
  await store(between);
  expect(await run()).toMatchObject({ hours: 1 });
  expect([await late(), await inIndex(), await faults(true)]).toEqual([{ between: 0, longAgo: 1 }, 1, []]);

  expect(await set(120)).toEqual({ after_seconds: 120, hours: 1 });
  expect(await run()).toMatchObject({ hours: 1 });
  expect([await late(), await inIndex(), await faults(true)]).toEqual([{ between: 3, longAgo: 1 }, 4, []]);
  const before = await late();
  await transform(role.run_transformations, { full: true });
  expect(await late()).toEqual(before);
});

it('waits for a transformation that judges by the old one, and marks what that wrote', async () => {
  const blocker = await owner.connect();
  await blocker.query('begin; lock table payments.transformed_hours in share mode');
  const running = transform(role.run_transformations, { full: false });
  const waiting = async (count: number) => {
    const { rows } = await owner.query<{ waiting: number }>(
      `select count(*) as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0]?.waiting === count;
  };
  await until(() => waiting(1), { within: MINUTES, what: 'the transformation has written its rows' });
  // Given up in time it has changed nothing.
  await expect(set(3600, 2 * SECOND)).rejects.toThrow(/late\.after_seconds to 3600 .* Pause that DAG/);
  const setting = set(3600);
  await until(() => waiting(2), { within: MINUTES, what: 'the new lateness waits' });
  await blocker.query('commit');
  blocker.release();
  expect(await running).toMatchObject({ rows: 4 });
  expect(await setting).toEqual({ after_seconds: 3600, hours: 1 });
  await run();
  expect([await late(), await faults(true)]).toEqual([{ between: 0, longAgo: 1 }, []]);
});

it('an edit by hand that judges a payment otherwise is found', async () => {
  await run();
  await owner.query('update payments.lateness set after_seconds = 3600');
  const found = await faults(true);
  expect(found).toContain('lateness_is_right');
  expect(
    found.filter((fault) => /^transactions partition 0 offset [12]: .* differs or is missing$/.test(fault)),
  ).toHaveLength(2);
});
