/** index-hourly-metrics on real PostgreSQL and Elasticsearch: the index ends up equal to the view. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { type HourlyMetrics, mapping, readHourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { readAll, type Search, writeAll } from '#adapters/search/index.ts';
import { readUuidBehind } from '#adapters/search/own-index.ts';
import { type Indexed, indexMetrics } from '#functions/index-hourly-metrics/index-metrics.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { until } from '#localstack/processes/until.ts';
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
  await deleteIndices();
  await Promise.all([search.close(), pool.end(), owner.end()]);
});

/** The server deletes no index by a pattern. */
async function deleteIndices(): Promise<void> {
  const names = Object.keys(await search.indices.get({ index: `${alias}-v*` }));
  if (names.length > 0) await search.indices.delete({ index: names });
}

/** The index behind the alias; the first has number 1. */
const indexNow = (number = 1): string => `${alias}-v${number}`;

/** Stores `count` transactions of that amount, the first `late` of them late, and marks the hour as a transformation does. */
async function store(hour: string, count: number, amount: string, late = 0, database: Pick<Pool, 'query'> = owner) {
  await database.query(
    `insert into payments.transactions_clean
     select gen_random_uuid(), gen_random_uuid(), $3::numeric, 'EUR', 'completed', $1::timestamptz, $1::timestamptz,
       $1::timestamptz::date, $1::timestamptz, case when n <= $4 then 121 else 1 end, n <= $4, false
     from generate_series(1, $2) as n`,
    [hour, count, amount, late],
  );
  await note(hour, database);
}

const note = (hour: string, database: Pick<Pool, 'query'> = owner) =>
  database.query(
    `insert into payments.transformed_hours (event_hour, transformed_at) values ($1, clock_timestamp())
     on conflict (event_hour) do update set transformed_at = excluded.transformed_at`,
    [hour],
  );

const NOTHING = { scope: 'changed', hours: 0, indexed: 0, deleted: 0, unchanged: 0, repeated: 0 };

const indexed = (changes: Partial<Parameters<typeof indexMetrics>[2]> = {}): Promise<Indexed> =>
  indexMetrics(pool, search, { alias, pause: 1, ...changes });

/** Compares with rows that PostgreSQL formats itself, so that the check shares no code with the indexing. */
async function expectIndexIsView(): Promise<void> {
  const { rows } = await owner.query(
    `select jsonb_build_object(
       'event_hour', to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:00:00"Z"'),
       'total_transactions', total_transactions, 'total_amount', total_amount,
       'late_transactions', late_transactions, 'late_ratio', late_ratio, 'amounts', amounts) as row
     from payments.hourly_metrics order by event_hour`,
  );
  const { hits } = (await search.search<HourlyMetrics>({ index: alias, size: 10_000, sort: 'event_hour' })).hits;
  expect(hits.map(({ _source }) => _source)).toEqual(rows.map(({ row }) => row));
  expect(hits.map(({ _id }) => _id)).toEqual(rows.map(({ row }) => row.event_hour));
}

describe('the index', () => {
  it('has exactly the required fields and the amounts, behind the alias, and refuses others', async () => {
    expect(await readUuidBehind(search, alias)).toBeUndefined();
    expect(await indexed()).toMatchObject({ hours: 0, indexed: 0, deleted: 0, unchanged: 0, lifecycle: false });
    const { rows } = await owner.query('select index_uuid from payments.compared_index');
    expect(await readUuidBehind(search, alias)).toBe(rows[0].index_uuid);
    const answer = await search.indices.getMapping({ index: alias });
    expect(answer).toEqual({ [`${alias}-v1`]: { mappings: { ...mapping, dynamic: 'strict' } } });
    expect(mapping.properties).toEqual({
      event_hour: { type: 'date' },
      total_transactions: { type: 'integer' },
      total_amount: { type: 'double' },
      late_transactions: { type: 'integer' },
      late_ratio: { type: 'float' },
      amounts: expect.objectContaining({ type: 'nested' }),
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
    expect(await indexed()).toEqual(NOTHING);
    const compared = { scope: 'all', hours: 4, indexed: 0, deleted: 0, unchanged: 4, repeated: 0, unexpected: 0 };
    expect(await indexed({ full: true })).toEqual(compared);
    await note('2026-01-02T04:00:00Z');
    expect(await indexed()).toEqual({ ...NOTHING, hours: 1, unchanged: 1 });
    expect(await versions()).toEqual(before);
  });

  it('has the money of each currency and status beside the total', async () => {
    const pay = (amount: string, currency: string, status: string) =>
      owner.query(
        `insert into payments.transactions_clean
         select gen_random_uuid(), gen_random_uuid(), $1, $2, $3, hour, hour, hour::date, hour, 1, false, false
         from (select timestamptz '2026-01-02T03:00:00Z' as hour) as made`,
        [amount, currency, status],
      );
    await pay('10.10', 'EUR', 'completed');
    await pay('-0.05', 'EUR', 'completed');
    await pay('7.00', 'EUR', 'failed');
    await pay('1000.00', 'JPY', 'completed');
    await note('2026-01-02T03:00:00Z');
    await indexed();
    expect(await readHourlyMetrics(search, alias)).toEqual([
      {
        event_hour: '2026-01-02T03:00:00Z',
        total_transactions: 4,
        total_amount: 1017.05,
        late_transactions: 0,
        late_ratio: 0,
        amounts: [
          { currency: 'EUR', status: 'completed', transactions: 2, amount: 10.05 },
          { currency: 'EUR', status: 'failed', transactions: 1, amount: 7 },
          { currency: 'JPY', status: 'completed', transactions: 1, amount: 1000 },
        ],
      },
    ]);
    await pay('0.01', 'USD', 'refunded');
    await owner.query(`update payments.transactions_clean set amount = 6.99 where status = 'failed'`);
    await note('2026-01-02T03:00:00Z');
    // The total is as it was: only the amounts tell.
    await owner.query(`update payments.transactions_clean set amount = 1000 where currency = 'JPY'`);
    expect(await indexed()).toMatchObject({ indexed: 1 });
    await expectIndexIsView();
  });

  it('takes an hour of ever new currencies and statuses', async () => {
    await owner.query(
      `insert into payments.transactions_clean
       select gen_random_uuid(), gen_random_uuid(), 1, 'EUR', 's' || least(n, 12000), hour, hour, hour::date, hour, 1, false, false
       from (select timestamptz '2026-01-02T03:00:00Z' as hour) as made, generate_series(1, 12001) as n`,
    );
    await note('2026-01-02T03:00:00Z');
    expect(await indexed()).toMatchObject({ indexed: 1 });
    const [document] = await readHourlyMetrics(search, alias);
    expect(document).toMatchObject({ total_transactions: 12_001, total_amount: 12_001 });
    expect(document?.amounts).toHaveLength(1_000);
    expect(document?.amounts).toContainEqual({ currency: 'EUR', status: 's12000', transactions: 2, amount: 2 });
  });

  it('follows changes, and removes hours that vanished', async () => {
    for (const hour of [3, 4, 5]) await store(`2026-01-02T0${hour}:00:00Z`, 1, '1.00');
    await indexed();
    await store('2026-01-02T04:00:00Z', 1, '2.00', 1);
    await owner.query(`delete from payments.transactions_clean where event_hour = '2026-01-02T05:00:00Z'`);
    await note('2026-01-02T05:00:00Z');
    expect(await indexed()).toEqual({ ...NOTHING, hours: 1, indexed: 1, deleted: 1 });
    await expectIndexIsView();
    await owner.query('delete from payments.transactions_clean');
    for (const hour of [3, 4]) await note(`2026-01-02T0${hour}:00:00Z`);
    expect(await indexed()).toEqual({ ...NOTHING, deleted: 2 });
    expect(await readHourlyMetrics(search, alias)).toEqual([]);
  });

  it('is not read where nothing changed; a full comparison, on request or daily, finds changes by others', async () => {
    for (const hour of [3, 4, 5]) await store(`2026-01-02T0${hour}:00:00Z`, 1, '1.00');
    await indexed();
    const meddle = async () => {
      const index = indexNow();
      await search.update({ index, id: '2026-01-02T03:00:00Z', doc: { total_amount: 9 } });
      await search.delete({ index, id: '2026-01-02T04:00:00Z' });
      await search.index({ index, id: 'stray', document: { event_hour: '2026-01-02T03:00:00Z' }, refresh: true });
    };
    const mended = { scope: 'all', hours: 3, indexed: 2, deleted: 1, unchanged: 1, repeated: 0, unexpected: 3 };
    await meddle();
    expect(await indexed()).toEqual(NOTHING);
    expect(await indexed({ full: true })).toEqual(mended);
    await expectIndexIsView();

    await meddle();
    await owner.query(`update payments.compared_index set compared_at = now() - interval '23 hours'`);
    expect(await indexed()).toEqual(NOTHING);
    await owner.query(`update payments.compared_index set compared_at = now() - interval '24 hours'`);
    await store('2026-01-02T06:00:00Z', 1, '1.00');
    expect(await indexed()).toEqual({ ...mended, hours: 4, indexed: 3 });
    await expectIndexIsView();
    expect(await indexed()).toEqual(NOTHING);
  });

  describe('after the database’s clock had gone a day ahead, when versions were its times', () => {
    const ahead = Date.now() + 86_400_000;
    beforeEach(async () => {
      for (const hour of [3, 4]) await store(`2026-01-02T0${hour}:00:00Z`, 1, '1.00');
      await indexed();
      for (const document of await readHourlyMetrics(search, alias)) {
        const where = { index: indexNow(), id: document.event_hour, version: ahead };
        await search.index({ ...where, version_type: 'external', document, refresh: true });
      }
    });

    it('takes every changed hour at once', async () => {
      for (const hour of [3, 4]) await store(`2026-01-02T0${hour}:00:00Z`, 1, '2.00');
      expect(await indexed()).toMatchObject({ scope: 'changed', indexed: 2 });
      await store('2026-01-02T03:00:00Z', 1, '3.00');
      await owner.query(`delete from payments.transactions_clean where event_hour = '2026-01-02T04:00:00Z'`);
      await note('2026-01-02T04:00:00Z');
      expect(await indexed()).toMatchObject({ scope: 'changed', indexed: 1, deleted: 1 });
      await expectIndexIsView();
    });

    it('is mended by a full comparison, and compared each day again', async () => {
      await search.index({
        ...{ index: indexNow(), id: 'stray', document: { event_hour: '2026-01-02T03:00:00Z' }, refresh: true },
        ...{ version: ahead, version_type: 'external' },
      });
      await owner.query('update payments.transactions_clean set amount = 7');
      expect(await indexed({ full: true })).toMatchObject({ indexed: 2, deleted: 1 });
      await expectIndexIsView();
      await owner.query(`update payments.compared_index set compared_at = now() + interval '1 day'`);
      expect(await indexed()).toMatchObject({ scope: 'all' });
      expect(await indexed()).toEqual(NOTHING);
    });

    it('has versions that grow with each run, also after one that failed', async () => {
      const version = async () =>
        (await owner.query('select last_value from payments.index_versions')).rows[0].last_value;
      await indexed();
      const before = await version();
      expect(before).toBeLessThan(ahead);
      await search.indices.putSettings({ index: indexNow(), settings: { 'index.blocks.write': true } });
      await store('2026-01-02T03:00:00Z', 1, '2.00');
      await expect(indexed()).rejects.toThrow();
      const failed = await version();
      await search.indices.putSettings({ index: indexNow(), settings: { 'index.blocks.write': null } });
      await indexed();
      expect(failed).toBeGreaterThan(before);
      expect(await version()).toBeGreaterThan(failed);
      await expectIndexIsView();
    });
  });

  it('is compared with the whole view after it was deleted or the view was redefined', async () => {
    for (const hour of [3, 4]) await store(`2026-01-02T0${hour}:00:00Z`, 1, '1.00');
    await indexed();
    await deleteIndices();
    expect(await indexed()).toMatchObject({ scope: 'all', hours: 2, indexed: 2, lifecycle: false });
    await expectIndexIsView();
    const { rows } = await owner.query(`select pg_get_viewdef('payments.hourly_metrics'::regclass) as view`);
    await owner.query(
      `create or replace view payments.hourly_metrics as ${rows[0].view.replace('sum(parts.amount)', 'sum(parts.amount) + 1')}`,
    );
    const result = await indexed();
    expect(result).toEqual({ scope: 'all', hours: 2, indexed: 2, deleted: 0, unchanged: 0, repeated: 0 });
    await expectIndexIsView();
    expect(await indexed()).toEqual(NOTHING);
  });

  it('follows rebuilt hours, and loses hours that a full transformation left without transactions', async () => {
    const pay = (hour: string) =>
      owner.query(
        `with stored as (
           insert into payments.transactions
           select gen_random_uuid(), gen_random_uuid(), 5, 'EUR', 'completed', $1, $1, 0, 1 returning event_time
         )
         insert into payments.changed_hours (event_hour) select event_time from stored`,
        [hour],
      );
    await indexed();
    for (const hour of [3, 4, 5]) await pay(`2026-01-02T0${hour}:00:00Z`);
    await transform(owner, { full: false });
    expect(await indexed()).toEqual({ ...NOTHING, hours: 3, indexed: 3 });
    await owner.query(`delete from payments.transactions where event_time = '2026-01-02T04:00:00Z'`);
    await transform(owner, { full: true });
    expect(await indexed()).toEqual({ ...NOTHING, hours: 2, deleted: 1, unchanged: 2 });
    await expectIndexIsView();
  });

  it('misses no transformation that runs during the indexing, whenever it commits', async () => {
    const [known, fresh] = ['2026-01-02T03:00:00Z', '2026-01-02T04:00:00Z'];
    await store(known, 1, '1.00');
    await indexed();
    await store(known, 1, '2.00');
    const transforming = await owner.connect();
    try {
      await transforming.query('begin');
      for (const hour of [known, fresh]) await store(hour, 1, '4.00', 0, transforming);
      // The transformation is not visible yet, and the indexing does not wait for it.
      expect(await indexed()).toEqual({ ...NOTHING, hours: 1, indexed: 1 });
      await transforming.query('commit');
    } finally {
      transforming.release();
    }
    expect(await indexed()).toEqual({ ...NOTHING, hours: 2, indexed: 2 });
    await expectIndexIsView();
    expect(await indexed()).toEqual(NOTHING);
  });

  it('misses no transformation that commits after the view was read', async () => {
    await indexed();
    const hour = '2026-01-02T03:00:00Z';
    await store(hour, 1, '1.00');
    const block = (on: boolean | null) =>
      search.indices.putSettings({ index: indexNow(), settings: { 'index.blocks.read_only_allow_delete': on } });
    const crowded = await startCrowdedSearch(inject('stack').elasticsearch.url);
    const through = await openSearch(crowded.url);
    try {
      await block(true);
      const run = indexMetrics(pool, through, { alias, pause: 20 });
      await until(() => crowded.bulks.length > 0, { what: 'the view was read', within: 30_000 });
      await store(hour, 1, '2.00');
      await block(null);
      expect((await run).indexed).toBe(1);
    } finally {
      await through.close();
      await crowded.close();
    }
    expect(await indexed()).toEqual({ ...NOTHING, hours: 1, indexed: 1 });
    await expectIndexIsView();
  });

  it('is filled and read in several batches', async () => {
    await owner.query(
      `insert into payments.transactions_clean
       select gen_random_uuid(), gen_random_uuid(), n * 0.01, 'EUR', 'completed', t, t, t::date, t, 1, false, false
       from (select n, timestamptz '2020-01-01Z' + n * interval '1 hour' as t from generate_series(1, 12000) as n) as made`,
    );
    expect(await indexed()).toMatchObject({ hours: 12_000, indexed: 12_000 });
    expect(await indexed({ full: true })).toMatchObject({ hours: 12_000, unchanged: 12_000 });
    await owner.query(
      'insert into payments.transformed_hours select event_hour, now() from payments.transactions_clean limit 2500',
    );
    await owner.query("update payments.transactions_clean set amount = 0 where event_hour < '2020-01-03Z'");
    const result = await indexed();
    expect(result).toMatchObject({ scope: 'changed', hours: 2_500 });
    expect(result.indexed + result.unchanged).toBe(2_500);
    expect(await readHourlyMetrics(search, alias)).toHaveLength(12_000);
  });

  it('that is otherwise than ours is replaced in one step, once the new one is complete', async () => {
    await store('2026-01-02T03:00:00Z', 1, '1.00');
    await search.indices.create({ index: `${alias}-v0`, aliases: { [alias]: {} } });
    await indexed();
    expect(Object.keys(await search.indices.get({ index: `${alias}*` }))).toEqual([`${alias}-v1`]);
    await expectIndexIsView();
  });

  it('that a person put behind the alias is kept, and only taken from the alias', async () => {
    const others = [`archive_${alias}`, `${alias}-v2-archive`];
    for (const index of others) {
      await search.indices.create({ index, aliases: { [alias]: {} } });
      await search.index({ index, id: 'kept', document: { event_hour: '1999-01-01T00:00:00Z' }, refresh: true });
    }
    try {
      await store('2026-01-02T03:00:00Z', 1, '1.00');
      expect((await indexed()).detached?.toSorted()).toEqual(others.toSorted());
      for (const index of others) expect(await readAll(search, index)).toHaveLength(1);
      await expectIndexIsView();
      expect(await indexed()).toEqual(NOTHING);
    } finally {
      await search.indices.delete({ index: others });
    }
  });

  it('is seen whole, also after a person put a filter on the alias', async () => {
    await store('2026-01-02T03:00:00Z', 1, '1.00');
    await indexed();
    const filter = { term: { total_transactions: 7 } };
    await search.indices.updateAliases({ actions: [{ add: { index: indexNow(), alias, filter } }] });
    expect(await readHourlyMetrics(search, alias)).toEqual([]);
    expect(await indexed()).toEqual(NOTHING);
    await expectIndexIsView();
  });

  describe('among other index templates', () => {
    const template = async (mappings: object): Promise<void> => {
      await search.indices.putIndexTemplate({
        ...{ name: `other_${alias}`, index_patterns: [`${alias}*`], priority: 1_000 },
        template: { settings: { 'index.number_of_shards': 2 }, mappings },
      });
    };
    const sum = async () => {
      const query = { index: alias, size: 0, aggs: { sum: { sum: { field: 'total_amount' } } } };
      return (await search.search(query)).aggregations;
    };

    afterEach(() => search.indices.deleteIndexTemplate({ name: `other_${alias}` }));

    it('has our settings and mapping', async () => {
      const added = { '@timestamp': { type: 'date' } };
      await template({ dynamic: true, properties: { total_amount: { type: 'long' }, ...added } });
      for (const [hour, amount] of ['0.75', '7.25'].entries()) {
        await store(`2026-01-02T0${hour}:00:00Z`, 1, amount);
        await indexed();
      }
      expect(await sum()).toMatchObject({ sum: { value: 8 } });
      const { [indexNow()]: made } = await search.indices.get({ index: alias });
      expect(made?.mappings).toMatchObject({ ...mapping, properties: { ...mapping.properties, ...added } });
      expect(made?.settings?.index).toMatchObject({ number_of_shards: '1' });
    });

    it('is not made if one would answer in place of a field, and the error says what to do', async () => {
      await template({ runtime: { total_amount: { type: 'long' } } });
      await expect(indexed()).rejects.toThrow(
        `index ${indexNow()} otherwise than asked: runtime field total_amount: expected none, got {"type":"long"}. ` +
          `Take ${alias}-v* out of the index_patterns`,
      );
      expect(await search.indices.get({ index: `${alias}*` })).toEqual({});
    });

    it('is made anew if it had another mapping, and readers see it once it is complete', async () => {
      await template({ properties: { total_amount: { type: 'long' } } });
      await search.indices.create({ index: indexNow(), aliases: { [alias]: {} } });
      await store('2026-01-02T03:00:00Z', 2, '7.75');
      const result = await indexed();
      expect(result).toMatchObject({ scope: 'all', indexed: 1 });
      expect(result.replaces).toContain('total_amount: expected {"type":"double"}, got {"type":"long"}');
      expect(Object.keys(await search.indices.get({ index: `${alias}*` }))).toEqual([indexNow(2)]);
      expect(await sum()).toMatchObject({ sum: { value: 15.5 } });
      expect(await indexed()).toEqual(NOTHING);
    });
  });

  it('equals the view after concurrent runs', async () => {
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
  it('without room (429) is sent each item again until it accepts it', async () => {
    await indexed();
    await store('2026-01-02T03:00:00Z', 3, '1.00');
    await store('2026-01-02T04:00:00Z', 3, '1.00');
    // The server sets this itself when its disk is nearly full: it answers every item with 429.
    const block = (on: boolean | null) =>
      search.indices.putSettings({ index: indexNow(), settings: { 'index.blocks.read_only_allow_delete': on } });
    await block(true);
    await expect(indexed()).rejects.toThrow(/had no room for 2 writes to .* in 11 attempts \(429\)/);
    const waiting = indexed({ pause: 20 });
    await block(null);
    expect(await waiting).toMatchObject({ scope: 'changed', indexed: 2 });
    await expectIndexIsView();
  });

  it('that accepts only some items of a bulk is sent only the others again', async () => {
    for (const hour of [0, 1, 2, 3, 4]) await store(`2026-01-02T0${hour}:00:00Z`, 1, '1.00');
    await indexed();
    await owner.query(`update payments.transactions_clean set amount = 2 where event_hour <> '2026-01-02T02:00:00Z'`);
    await owner.query(`delete from payments.transactions_clean where event_hour = '2026-01-02T04:00:00Z'`);
    for (const hour of [0, 1, 2, 3, 4]) await note(`2026-01-02T0${hour}:00:00Z`);
    const crowded = await startCrowdedSearch(inject('stack').elasticsearch.url);
    const through = await openSearch(crowded.url);
    try {
      const result = await indexMetrics(pool, through, { alias, pause: 1 });
      expect(result).toEqual({ scope: 'changed', hours: 4, indexed: 3, deleted: 1, unchanged: 1, repeated: 3 });
      const hours = (...names: number[]) => names.map((hour) => `2026-01-02T0${hour}:00:00Z`);
      expect(crowded.bulks).toEqual([hours(0, 1, 3, 4), hours(1, 4), hours(4)]);
    } finally {
      await through.close();
      await crowded.close();
    }
    await expectIndexIsView();
  });

  it('refuses a write of an earlier run that arrives after a later run', async () => {
    await store('2026-01-02T03:00:00Z', 1, '1.00');
    await indexed();
    const [document] = await readHourlyMetrics(search, alias);
    await store('2026-01-02T03:00:00Z', 1, '2.00');
    const { rows } = await owner.query("select nextval('payments.index_versions') as early");
    await indexed();
    const writes = [{ id: '2026-01-02T03:00:00Z', document: { ...document } }];
    await expect(writeAll(search, indexNow(), writes, { version: rows[0].early })).rejects.toThrow(/status 409/);
    await expectIndexIsView();
  });

  it('that refuses an item permanently stores the others, and the error names the item', async () => {
    await indexed();
    const [good, bad] = ['2026-01-02T03:00:00Z', '2026-01-02T04:00:00Z'];
    const writes = [
      { id: bad, document: { event_hour: bad, stray: 1 } },
      { id: good, document: { event_hour: good } },
    ];
    await expect(writeAll(search, indexNow(), writes)).rejects.toThrow(
      /refused 1 of 2 writes to \S+: 2026-01-02T04:00:00Z: status 400, .*stray/,
    );
    expect(await readAll(search, indexNow())).toMatchObject([{ id: good, source: { event_hour: good } }]);
  });

  it('that was down for a whole run catches up with the view once it is back', async () => {
    const node = await startOwnNode();
    const own = await openSearch(node.url);
    const run = () => indexMetrics(pool, own);
    try {
      await store('2026-01-02T03:00:00Z', 3, '1.00');
      await run();
      await node.kill();
      await expect(run()).rejects.toThrow('ECONNREFUSED');
      await store('2026-01-02T04:00:00Z', 3, '1.00', 1);
      await node.start();
      expect(await readHourlyMetrics(own)).toHaveLength(1);
      expect(await run()).toMatchObject({ scope: 'changed', hours: 1, indexed: 1 });
      expect(await readHourlyMetrics(own)).toHaveLength(2);
    } finally {
      await own.close();
      await node.remove();
    }
  });
});
