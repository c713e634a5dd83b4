/** index-hourly-metrics on real PostgreSQL and Elasticsearch: the index is the view, whatever happens between. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type HourlyMetrics, indexOf, mapping, readHourlyMetrics } from '#adapters/hourly-metrics.ts';
import type { Pool } from '#adapters/postgres.ts';
import { readAll, type Search, writeAll } from '#adapters/search.ts';
import { countDiffering, type Indexed, indexMetrics } from '#functions/index-hourly-metrics/index-metrics.ts';
import { openSearch, startCrowdedSearch, startOwnNode } from '../support/search.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let owner: Pool;
let pool: Pool;
let search: Search;
let alias: string;

beforeEach(async () => {
  owner = await freshDatabase();
  pool = await poolAs('index_hourly_metrics', owner);
  search = await openSearch(inject('stack').elasticsearch.url);
  alias = `test_${randomUUID()}`;
});

afterEach(async () => {
  await search.indices.delete({ index: indexOf(alias), ignore_unavailable: true });
  await Promise.all([search.close(), pool.end(), owner.end()]);
});

/** `count` transactions of that amount, the first `late` of them late. */
const store = (hour: string, count: number, amount: string, late = 0) =>
  owner.query(
    `insert into payments.transactions_clean
     select gen_random_uuid(), gen_random_uuid(), $3::numeric, 'EUR', 'completed', $1::timestamptz, $1::timestamptz,
       $1::timestamptz::date, $1::timestamptz, case when n <= $4 then 121 else 1 end, n <= $4, false
     from generate_series(1, $2) as n`,
    [hour, count, amount, late],
  );

const indexed = (changes: Partial<Parameters<typeof indexMetrics>[2]> = {}): Promise<Indexed> =>
  indexMetrics(pool, search, { alias, timeLeft: 60_000, pause: 1, ...changes });

/** Compared as text with PostgreSQL's own rendering, so that nothing that indexes is used to check. */
async function expectIndexIsView(): Promise<void> {
  const { rows } = await owner.query(
    `select jsonb_build_object(
       'event_hour', to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:00:00"Z"'),
       'total_transactions', total_transactions, 'total_amount', total_amount,
       'late_transactions', late_transactions, 'late_ratio', late_ratio) as row
     from payments.hourly_metrics order by event_hour`,
  );
  const { hits } = (await search.search<HourlyMetrics>({ index: alias, size: 10_000, sort: 'event_hour' })).hits;
  expect(hits.map(({ _source }) => _source)).toEqual(rows.map(({ row }) => row));
  expect(hits.map(({ _id }) => _id)).toEqual(rows.map(({ row }) => row.event_hour));
}

describe('the index', () => {
  it('has exactly the fields that are required, behind the alias, and takes no others', async () => {
    expect(await indexed()).toMatchObject({ hours: 0, indexed: 0, deleted: 0, unchanged: 0, lifecycle: false });
    const answer = await search.indices.getMapping({ index: alias });
    expect(answer).toEqual({ [`${alias}-v1`]: { mappings: { ...mapping, dynamic: 'strict' } } });
    expect(mapping.properties).toEqual({
      event_hour: { type: 'date' },
      total_transactions: { type: 'integer' },
      total_amount: { type: 'double' },
      late_transactions: { type: 'integer' },
      late_ratio: { type: 'float' },
    });
    const stray = search.index({ index: alias, document: { event_hour: '2026-01-02T03:00:00Z', stray: 1 } });
    await expect(stray).rejects.toThrow('strict_dynamic_mapping_exception');
  });

  it('equals the view row by row, and a second run changes nothing', async () => {
    await store('2026-01-02T03:00:00Z', 3, '0.10', 1);
    await store('2026-01-02T04:00:00Z', 7, '99999999.99');
    await store('2026-01-02T05:00:00Z', 2, '-12.34', 2);
    await store('1999-12-31T23:00:00Z', 1, '0.01');
    expect(await indexed()).toMatchObject({ hours: 4, indexed: 4, deleted: 0, unchanged: 0, repeated: 0 });
    await expectIndexIsView();

    const versions = async () =>
      (await search.search({ index: alias, version: true, seq_no_primary_term: true })).hits.hits.map(
        ({ _id, _version, _seq_no }) => [_id, _version, _seq_no],
      );
    const before = await versions();
    expect(await indexed()).toEqual({ hours: 4, indexed: 0, deleted: 0, unchanged: 4, repeated: 0 });
    expect(await versions()).toEqual(before);
  });

  it('follows what changed, removes the hours that vanished and what is not ours', async () => {
    for (const hour of [3, 4, 5]) await store(`2026-01-02T0${hour}:00:00Z`, 1, '1.00');
    await indexed();
    await store('2026-01-02T04:00:00Z', 1, '2.00', 1);
    await owner.query(`delete from payments.transactions_clean where event_hour = '2026-01-02T05:00:00Z'`);
    await search.index({ index: alias, id: 'stray', document: { event_hour: '2026-01-02T03:00:00Z' }, refresh: true });
    expect(await countDiffering(pool, search, alias)).toBe(3);
    expect(await indexed()).toEqual({ hours: 2, indexed: 1, deleted: 2, unchanged: 1, repeated: 0 });
    expect(await countDiffering(pool, search, alias)).toBe(0);
    await expectIndexIsView();
    await owner.query('delete from payments.transactions_clean');
    expect(await indexed()).toMatchObject({ hours: 0, deleted: 2 });
    expect(await readHourlyMetrics(search, alias)).toEqual([]);
  });

  it('is filled and read in several batches', async () => {
    await owner.query(
      `insert into payments.transactions_clean
       select gen_random_uuid(), gen_random_uuid(), n * 0.01, 'EUR', 'completed', t, t, t::date, t, 1, false, false
       from (select n, timestamptz '2020-01-01Z' + n * interval '1 hour' as t from generate_series(1, 12000) as n) as made`,
    );
    expect(await indexed()).toMatchObject({ hours: 12_000, indexed: 12_000 });
    expect(await indexed()).toMatchObject({ hours: 12_000, unchanged: 12_000 });
    expect(await readHourlyMetrics(search, alias)).toHaveLength(12_000);
  });

  it('of an earlier version gives way in one step, when the new one is full', async () => {
    await store('2026-01-02T03:00:00Z', 1, '1.00');
    await search.indices.create({ index: `${alias}-v0`, aliases: { [alias]: {} } });
    await indexed();
    expect(Object.keys(await search.indices.get({ index: `${alias}*` }))).toEqual([`${alias}-v1`]);
    await expectIndexIsView();
  });

  it('is the view after runs at the same time', async () => {
    const runs = [];
    for (const hour of [1, 2, 3, 4]) {
      await store(`2026-01-02T0${hour}:00:00Z`, hour, '1.00');
      runs.push(indexed());
    }
    await Promise.all(runs);
    await expectIndexIsView();
  });
});

describe('an Elasticsearch', () => {
  it('without room (429) gets each item again until it takes it', async () => {
    await indexed();
    await store('2026-01-02T03:00:00Z', 3, '1.00');
    await store('2026-01-02T04:00:00Z', 3, '1.00');
    // What the server does by itself when its disk is nearly full: every item is answered with 429.
    const block = (on: boolean | null) =>
      search.indices.putSettings({ index: indexOf(alias), settings: { 'index.blocks.read_only_allow_delete': on } });
    await block(true);
    await expect(indexed()).rejects.toThrow(/had no room for 2 writes to .* in 11 attempts \(429\)/);
    const waiting = indexed({ pause: 20 });
    await block(null);
    expect((await waiting).indexed).toBe(2);
    await expectIndexIsView();
  });

  it('that takes some items of a bulk only gets just the others again', async () => {
    for (const hour of [0, 1, 2, 3, 4]) await store(`2026-01-02T0${hour}:00:00Z`, 1, '1.00');
    await indexed();
    await owner.query(`update payments.transactions_clean set amount = 2 where event_hour <> '2026-01-02T02:00:00Z'`);
    await owner.query(`delete from payments.transactions_clean where event_hour = '2026-01-02T04:00:00Z'`);
    const crowded = await startCrowdedSearch(inject('stack').elasticsearch.url);
    const through = await openSearch(crowded.url);
    try {
      const result = await indexMetrics(pool, through, { alias, timeLeft: 60_000, pause: 1 });
      expect(result).toEqual({ hours: 4, indexed: 3, deleted: 1, unchanged: 1, repeated: 3 });
      const hours = (...names: number[]) => names.map((hour) => `2026-01-02T0${hour}:00:00Z`);
      expect(crowded.bulks).toEqual([hours(0, 1, 3, 4), hours(1, 4), hours(4)]);
    } finally {
      await through.close();
      await crowded.close();
    }
    await expectIndexIsView();
  });

  it('that refuses an item for good has the others, and the error names it', async () => {
    await indexed();
    const [good, bad] = ['2026-01-02T03:00:00Z', '2026-01-02T04:00:00Z'];
    const writes = [
      { id: bad, document: { event_hour: bad, stray: 1 } },
      { id: good, document: { event_hour: good } },
    ];
    await expect(writeAll(search, indexOf(alias), writes)).rejects.toThrow(
      /refused 1 of 2 writes to \S+: 2026-01-02T04:00:00Z: status 400, .*stray/,
    );
    expect(await readAll(search, indexOf(alias))).toEqual([{ id: good, source: { event_hour: good } }]);
  });

  it('that is down for the whole run, and back, has what the view has then', async () => {
    const node = await startOwnNode();
    const own = await openSearch(node.url);
    const run = () => indexMetrics(pool, own, { timeLeft: 60_000 });
    try {
      await store('2026-01-02T03:00:00Z', 3, '1.00');
      await run();
      await node.kill();
      await expect(run()).rejects.toThrow('ECONNREFUSED');
      await store('2026-01-02T04:00:00Z', 3, '1.00', 1);
      await node.start();
      expect(await readHourlyMetrics(own)).toHaveLength(1);
      expect(await run()).toMatchObject({ hours: 2, indexed: 1, unchanged: 1 });
      expect(await readHourlyMetrics(own)).toHaveLength(2);
    } finally {
      await own.close();
      await node.remove();
    }
  });
});
