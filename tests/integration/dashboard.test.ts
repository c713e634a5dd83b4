/** Runs the dashboard's searches on a real Elasticsearch, with an index built by index-hourly-metrics' code. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, test } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { HOURLY_METRICS, openHourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { isUnsupported, type Search, writeAll } from '#adapters/search/index.ts';
import { switchAlias } from '#adapters/search/own-index.ts';
import { files } from '../../dashboard/files.ts';
import { openSearch } from '../support/search.ts';

const folder = inRepository('dashboard');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

interface Imported {
  readonly id: string;
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly references: readonly { readonly id: string; readonly name: string; readonly type: string }[];
}
const objects = read('hourly-metrics.ndjson')
  .trimEnd()
  .split('\n')
  .map((line): Imported => JSON.parse(line));
const ofType = (type: string) => objects.filter((object) => object.type === type);

/** The Vega specification in Kibana's file. */
const specOf = (id: string) => {
  const visState = ofType('visualization').find((object) => object.id === id)?.attributes.visState;
  return JSON.parse(JSON.parse(visState ?? '{}').params.spec);
};

const alias = `test_${randomUUID()}`;
let search: Search;
let index: string;
beforeAll(async () => {
  search = await openSearch(inject('stack').elasticsearch.url);
  ({ index } = await openHourlyMetrics(search, alias));
  const hour = (event_hour: string, total: number, amount: number, late: number, amounts: object[] = []) => ({
    id: event_hour,
    document: {
      event_hour,
      total_transactions: total,
      total_amount: amount,
      late_transactions: late,
      late_ratio: late / total,
      amounts,
    },
  });
  const amount = (currency: string, status: string, transactions: number, money: number) => ({
    ...{ currency, status, transactions, amount: money },
  });
  await writeAll(search, index, [
    hour('2026-01-02T03:00:00Z', 10, 1102.5, 1, [
      amount('EUR', 'completed', 6, 99.5),
      amount('EUR', 'failed', 3, 3),
      amount('JPY', 'completed', 1, 1000),
    ]),
    hour('2026-01-02T04:00:00Z', 4, -7.25, 2, [amount('EUR', 'completed', 4, -7.25)]),
    hour('2026-01-03T00:00:00Z', 8, 0, 0),
  ]);
  await search.indices.refresh({ index });
  await switchAlias(search, alias, index);
});
afterAll(async () => {
  await search.indices.delete({ index });
  await search.close();
});

/** The rows that Vega would draw: runs the panel's search on this test's index and extracts the panel's part of the answer. */
async function rowsOf(id: string): Promise<Record<string, { value?: number; values?: object } | string>[]> {
  const { url, format } = specOf(id).data;
  const answer: unknown = await search.search({ index: alias, ...url.body });
  return format.property
    .split('.')
    .reduce((from: Record<string, unknown>, name: string) => from[name], answer as Record<string, unknown>);
}

test('the files are current; node dashboard/write.ts writes them', () => {
  for (const [name, content] of Object.entries(files()))
    if (name.endsWith('.json')) expect(JSON.parse(read(name))).toEqual(JSON.parse(content));
    else expect(read(name)).toBe(content);
});

describe('the dashboard', () => {
  it('shows every panel, and comes after everything that it refers to', () => {
    const [dashboard] = ofType('dashboard');
    const panels: { panelRefName: string; panelIndex: string }[] = JSON.parse(dashboard?.attributes.panelsJSON ?? '[]');
    expect(panels.map(({ panelIndex }) => panelIndex)).toEqual(ofType('visualization').map(({ id }) => id));
    expect(dashboard?.references.map(({ name }) => name)).toEqual(
      panels.map(({ panelIndex, panelRefName }) => `${panelIndex}:${panelRefName}`),
    );
    const seen = new Set<string>();
    for (const { id, type, references } of objects) {
      for (const reference of references) expect(seen).toContain(`${reference.type} ${reference.id}`);
      seen.add(`${type} ${id}`);
    }
  });

  it('searches the alias, within the selected time range', () => {
    expect(ofType('index-pattern')[0]?.attributes).toMatchObject({
      title: 'hourly_metrics',
      timeFieldName: 'event_hour',
    });
    for (const { id } of ofType('visualization'))
      expect(specOf(id).data.url).toMatchObject({
        index: HOURLY_METRICS,
        '%context%': true,
        '%timefield%': 'event_hour',
      });
  });

  it.each([
    ['transactions-per-hour', 'total_transactions', [10, 4, 8]],
    ['late-ratio-per-hour', 'late_ratio', [expect.closeTo(0.1, 6), 0.5, 0]],
  ])('%s draws a number for each hour', async (id, field, values) => {
    const rows = await rowsOf(id);
    expect(rows.map((row) => row.key_as_string)).toEqual([
      '2026-01-02T03:00:00.000Z',
      '2026-01-02T04:00:00.000Z',
      '2026-01-03T00:00:00.000Z',
    ]);
    expect(rows.map((row) => (row[field] as { value: number }).value)).toEqual(values);
    expect(specOf(id).encoding.y.field).toBe(`${field}.value`);
  });

  it('amount-per-hour draws a line for each currency and status', async () => {
    interface Buckets<Bucket> {
      readonly buckets: readonly ({ readonly key: string } & Bucket)[];
    }
    interface Row {
      readonly amounts: { readonly currencies: Buckets<{ statuses: Buckets<{ amount: { value: number } }> }> };
    }
    const rows = (await rowsOf('amount-per-hour')) as unknown as Row[];
    // As the chart's transformations flatten it.
    const drawn = rows.map(({ amounts }) =>
      amounts.currencies.buckets.flatMap((currency) =>
        currency.statuses.buckets.map((status) => [`${currency.key} ${status.key}`, status.amount.value]),
      ),
    );
    expect(drawn).toEqual([
      [
        ['EUR completed', 99.5],
        ['EUR failed', 3],
        ['JPY completed', 1000],
      ],
      [['EUR completed', -7.25]],
      [],
    ]);
    const { transform, encoding } = specOf('amount-per-hour');
    expect(transform).toEqual([
      { calculate: 'datum.amounts.currencies.buckets', as: 'currency' },
      { flatten: ['currency'] },
      { calculate: 'datum.currency.statuses.buckets', as: 'status' },
      { flatten: ['status'] },
      { calculate: "datum.currency.key + ' ' + datum.status.key", as: 'kind' },
    ]);
    expect(encoding).toMatchObject({ y: { field: 'status.amount.value' }, color: { field: 'kind' } });
  });

  it('lateness-percentiles-per-day draws three for each day', async () => {
    const rows = await rowsOf('lateness-percentiles-per-day');
    const ratio = (value: number) => expect.closeTo(value, 6);
    expect(rows.map((row) => (row.late_ratio as { values: object }).values)).toEqual([
      { '50.0': ratio(0.3), '95.0': ratio(0.48), '99.0': ratio(0.496) },
      { '50.0': 0, '95.0': 0, '99.0': 0 },
    ]);
    const calculated = specOf('lateness-percentiles-per-day').transform.slice(0, 3);
    expect(calculated.map(({ calculate }: { calculate: string }) => calculate)).toEqual(
      ['50.0', '95.0', '99.0'].map((percent) => `datum.late_ratio.values['${percent}']`),
    );
  });
});

test('the lifecycle policy is asked for, and this server does not support it', async () => {
  const { [index]: made } = await search.indices.get({ index: alias });
  expect(made?.settings?.index).toMatchObject({ number_of_shards: '1', number_of_replicas: '0' });
  expect(made?.settings?.index).not.toHaveProperty('lifecycle');
  const policy = search.ilm.putLifecycle({ name: alias, ...JSON.parse(read('lifecycle-policy.json')) });
  expect(isUnsupported(await policy.catch((error: unknown) => error))).toBe(true);
});
