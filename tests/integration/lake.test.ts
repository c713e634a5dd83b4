/** The lake as the ledger has it, by the page's role; one object of it verified against S3; and the bill at the present rate. */
import { beforeAll, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { consoleApp } from '#console/server/app.ts';
import { lakeRoutes } from '#console/server/lake.ts';
import { openLive } from '#console/server/live.ts';
import { byKey } from '#console/server/login.ts';
import { streams } from '#domain/streams.ts';
import type { Backbone } from '#operations/backbone.ts';
import { estimateCost } from '#operations/cost.ts';
import { lookAtLake } from '#operations/lake/days.ts';
import { NoSuchObject, readObject, verifyObject } from '#operations/lake/object.ts';
import { listObjects } from '#operations/lake/objects.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import { broughtByRuns } from '#operations/runs/brought.ts';
import { archive, orderOf } from '../support/archived.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

let pool: Pool;
let lake: Lake;
let backbone: Pick<Backbone, 'pool' | 'lake'>;

beforeAll(async () => {
  pool = await freshDatabase();
  const page = await poolAs('console', pool);
  lake = await freshLake();
  backbone = { pool: page, lake };
  return () => Promise.all([page.end(), pool.end()]);
});

/** Objects that only the ledger knows: one each hour of so many days, in partition `hour % 4`. */
async function writeDays(first: string, days: number): Promise<void> {
  await pool.query(
    `insert into ledger.partitions (consumer, topic, partition, start_offset, next_offset)
     select $1, $2, n, 0, 100000 from generate_series(0, 3) as n`,
    [streams.userEvents.consumer, streams.userEvents.topic],
  );
  await pool.query(
    `insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted, rejected,
       source_sha256, object_key, object_sha256, object_bytes, committed_at)
     select $1, $2, n % 4, n, n, 'committed', 1, 1, 0, 'test',
       to_char(at, '"bronze/user_events/dt="YYYY-MM-DD"/user_events_"YYYY-MM-DD_HH24-MI-SS') || format('_p%s_o%s-%s.json.gz', n % 4, n, n),
       'test', 1000 + n, at
     from generate_series(0, $4 * 24 - 1) as n
     cross join lateral (select $3::date + n * interval '1 hour' as at) as moment`,
    [streams.userEvents.consumer, streams.userEvents.topic, first, days],
  );
}

it('shows the last days that have objects, by partition, and what waits for its job', async () => {
  await writeDays('2026-01-01', 16);
  await pool.query(
    `insert into gold.aggregations (delivery_id, event_dates)
     select delivery_id, array['2026-01-16'::date] from ledger.deliveries
     where object_key like 'bronze/user_events/dt=2026-01-16/%' and partition = 0`,
  );
  const look = await lookAtLake(backbone, 'bronze');
  expect([...new Set(look.cells.map(({ at }) => at))].slice(0, 7)).toEqual(
    Array.from({ length: 7 }, (_, ago) => `2026-01-${String(16 - ago).padStart(2, '0')}`),
  );
  expect(look).toMatchObject({ isCut: true, topic: 'user_events', rate: 0 });
  const newest = look.cells.filter(({ at }) => at === '2026-01-16');
  const bytesOf = (partition: number) => [360, 364, 368, 372, 376, 380].map((n) => 1_000 + n + partition);
  expect(newest).toEqual(
    [0, 1, 2, 3].map((partition) => ({
      ...{ at: '2026-01-16', partition, objects: 6, rows: 6 },
      bytes: bytesOf(partition).reduce((sum, each) => sum + each),
      ...{ smallest: 1_360 + partition, largest: 1_380 + partition, waiting: partition === 0 ? 0 : 6 },
    })),
  );
  const day = await lookAtLake(backbone, 'bronze', '2026-01-02');
  expect(day.cells.map(({ at }) => at)).toEqual(Array.from({ length: 24 }, (_, n) => String(23 - n).padStart(2, '0')));
  expect(await lookAtLake(backbone, 'raw')).toMatchObject({ cells: [], isCut: false });
});

it('shows earlier days whose objects wait, the first that do', async () => {
  await pool.query(
    `insert into gold.aggregations (delivery_id, event_dates)
     select delivery_id, array['2026-01-16'::date] from ledger.deliveries
     where object_key not like all (array['%/dt=2026-01-16/%', '%/dt=2026-01-02/%', '%/dt=2026-01-05/%']) and consumer = $1
     union all
     select max(delivery_id), array['2026-01-16'::date] from ledger.deliveries where object_key like '%/dt=2026-01-02/%'`,
    [streams.userEvents.consumer],
  );
  const { cells, isCut } = await lookAtLake(backbone, 'bronze');
  const days = [...new Set(cells.map(({ at }) => at))];
  expect(days.slice(7)).toEqual(['2026-01-05', '2026-01-02']);
  const waiting = (day: string) => cells.filter(({ at }) => at === day).reduce((sum, cell) => sum + cell.waiting, 0);
  expect([isCut, ...days.map(waiting)]).toEqual([true, 18, 0, 0, 0, 0, 0, 0, 24, 23]);
});

it('lists the objects of a day page by page, none twice and none left out', async () => {
  const keys: string[] = [];
  let after: string | undefined;
  do {
    const page = await listObjects(backbone, 'bronze', '2026-01-16', { after, limit: 10 });
    keys.push(...page.rows.map(({ key }) => key));
    expect(page.rows.every(({ partition, doneAt }) => (doneAt !== null) === (partition === 0))).toBe(true);
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(keys.length).toBe(24);
  expect(keys).toEqual([...new Set(keys)].toSorted());
  expect(keys.every((key) => key.startsWith('bronze/user_events/dt=2026-01-16/'))).toBe(true);
});

it('finds out whether an object is what the ledger says, and reads none that the ledger has not', async () => {
  const { key } = await archive({ pool, lake }, [orderOf(1), orderOf(2)]);
  expect(await verifyObject(backbone, key)).toMatchObject({ key, rows: 2, same: true, fault: null });
  const bytes = await readObject(backbone, key);
  expect(Buffer.from(bytes.subarray(0, 4)).toString()).toBe('PAR1');
  await pool.query("update ledger.deliveries set object_sha256 = repeat('0', 64) where object_key = $1", [key]);
  expect(await verifyObject(backbone, key)).toMatchObject({
    same: false,
    fault: 'has another checksum than when it was written',
  });
  const [missing] = (await listObjects(backbone, 'bronze', '2026-01-16', { limit: 1 })).rows;
  expect(await verifyObject(backbone, missing?.key ?? '')).toMatchObject({ same: false, fault: 'is missing' });
  await lake.put('raw/orders/dt=2025-12-11/foreign', Buffer.from('x'), 'text/plain');
  for (const read of [verifyObject, readObject])
    await expect(read(backbone, 'raw/orders/dt=2025-12-11/foreign')).rejects.toThrow(NoSuchObject);
});

it('gives an object to who may read, as a file, and its figures to who may look', async () => {
  const { key } = await archive({ pool, lake }, [orderOf(3)]);
  const ask = (may: readonly ('look' | 'read')[], path: string) =>
    consoleApp({
      ...{ backbone: backbone as Backbone, pulse: {} as PulseFeed, live: openLive(() => () => {}) },
      login: byKey('key', { environment: 'local', version: 'test', startedAt: null, by: '', may, links: {} }),
      ...{ assets: async () => new Map(), routes: lakeRoutes },
      origins: ['http://page.test'],
    })(new Request(`http://page.test${path}`, { headers: { host: 'page.test', authorization: 'Bearer key' } }));
  const path = `/api/lake/raw/object?key=${encodeURIComponent(key)}`;
  expect((await ask(['look'], path)).status).toBe(404);
  expect((await ask(['look'], '/api/lake/raw')).status).toBe(200);
  const given = await ask(['look', 'read'], path);
  expect(given.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+\.parquet"$/);
  expect(Buffer.from(await given.arrayBuffer()).equals(await readObject(backbone, key))).toBe(true);
});

it('what runs have brought is found by an index, however many loads there are', async () => {
  await pool.query(
    `insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, run_id)
     select delivery_id, 3, 2, 1, 0, 'run ' || partition from ledger.deliveries where consumer = $1`,
    [streams.userEvents.consumer],
  );
  const brought = { run: 'run 2', objects: 96, rows: 288, inserted: 192, repeats: 96, conflicts: 0 };
  expect(await broughtByRuns(backbone, ['run 2', 'run 9'])).toEqual([brought]);
  const plans: string[] = [];
  const client = await pool.connect();
  try {
    await client.query('set enable_seqscan = off');
    const explained = async (sql: string, parameters: readonly unknown[]) => {
      const { rows } = await client.query(`explain (format json) ${sql}`, [...parameters]);
      plans.push(JSON.stringify(rows[0]));
      return { rows: [] };
    };
    await broughtByRuns({ pool: { query: explained } as unknown as Pool }, ['run 2']);
  } finally {
    client.release(true);
  }
  expect(plans).toEqual([expect.stringContaining('"loads_by_run"')]);
});

it('reckons the bill from the rate of the last five minutes, or from another', async () => {
  const { rate, bill, pricedOn } = await estimateCost(backbone);
  expect(rate).toBeGreaterThan(0);
  expect(bill?.ordersPerDay).toBeCloseTo(rate * 86_400);
  expect(pricedOn).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect((await estimateCost(backbone, 10_000_000)).bill?.perMillionOrders).toBeCloseTo(7.79, 1);
});
