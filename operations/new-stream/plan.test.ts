import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { catalogue, topics } from '#domain/streams.ts';
import { CATALOGUE } from './catalogue.ts';
import { namesOf } from './names.ts';
import { type Project, planStream, type WantedStream } from './plan.ts';

const project: Project = {
  topics: topics.map(({ topic }) => topic),
  functions: catalogue.map(({ consumer }) => consumer),
  migrations: ['039_loads_of_a_run.sql'],
  catalogue: readFileSync(inRepository(CATALOGUE), 'utf8'),
  exists: () => false,
};
const plan = (wanted: Partial<WantedStream>, found: Partial<Project> = {}) =>
  planStream({ topic: 'late_refunds', sink: 'table', key: 'user_id', ...wanted }, { ...project, ...found });
const textOf = (files: ReturnType<typeof plan>['files'], path: string) =>
  files.find((each) => each.path === path)?.text;

describe('a new stream', () => {
  it('is described in a file, tested in one beside it, and named in the catalogue', () => {
    const { names, files } = plan({});
    expect(files.map(({ path }) => path)).toEqual([
      'domain/streams/late-refunds.ts',
      'domain/streams/late-refunds.test.ts',
      'domain/streams.ts',
    ]);
    expect(names).toEqual({
      ...{ topic: 'late_refunds', file: 'late-refunds', constant: 'lateRefunds', event: 'lateRefundEvent' },
      ...{ one: 'late refund', id: 'late_refund_id', consumer: 'store-late-refunds', role: 'store_late_refunds' },
    });
    const text = textOf(files, 'domain/streams.ts') ?? '';
    expect(text).toContain("\nimport { lateRefunds } from './streams/late-refunds.ts';\n");
    const list = /export const streams = \{\n(.*?)\}/s.exec(text)?.[1]?.split(',\n') ?? [];
    expect(list.at(-2)).toBe('  lateRefunds');
    expect(list).toHaveLength(catalogue.length + 2);
  });

  it.each([
    ['refunds', 'refund_id'],
    // Each table has a `delivery_id`.
    ['deliveries', 'delivery'],
    ['news', 'new_id'],
    ['status', 'status_id'],
    ['stock', 'stock_id'],
    ['address', 'address_id'],
  ])('%s are known by %s', (topic, id) => {
    expect(namesOf(topic, 'table').id).toBe(id);
  });

  it('may be keyed by its own id, which it then has once', () => {
    const text = textOf(plan({ key: 'late_refund_id' }).files, 'domain/streams/late-refunds.ts') ?? '';
    expect(text.match(/^ {4}late_refund_id:/gm)).toHaveLength(1);
    expect(text).toContain("key: 'late_refund_id'");
  });

  it.each([
    'Refunds',
    '',
    '9lives',
    'late-refunds',
    'late__refunds',
    'refunds_',
    'r'.repeat(31),
    '../x',
    'class',
    'streams',
    'currency',
    'z',
    'up_to',
    'sent',
  ])('can’t be named %j', (topic) => {
    expect(() => plan({ topic })).toThrow(/^NAME: expected .+, got /);
  });

  it.each([
    [{ topic: 'orders' }, {}, /There is a topic orders already/],
    [{ topic: 'dlq' }, {}, /There is a topic dlq already/],
    [{ topic: 'bronze', sink: 'lake' }, {}, /^bronze is what a zone of the lake is called/],
    [{}, { exists: (path: string) => path === 'domain/streams/late-refunds.ts' }, /There is a file .+ already/],
    [{}, { functions: ['store-late-refunds'] }, /There is a function store-late-refunds already/],
    [{ topic: 'inventory_streams' }, {}, /has something named inventoryStreams already/],
    [{ key: 'amount' }, {}, /^--key: expected the field of an id/],
    [{ key: 'kafka_offset' }, {}, /^--key: expected another name than kafka_offset: each table has such a column/],
    [{ key: 'extra', sink: 'lake' }, {}, /^--key: expected another name than extra: each object of the lake has such/],
    [{ key: 'User' }, {}, /^--key: expected lower-case/],
    [{}, { catalogue: 'export const streams = { orders };' }, /Expected the imports and the list/],
  ] satisfies [Partial<WantedStream>, Partial<Project>, RegExp][])('%j is refused', (wanted, found, message) => {
    expect(() => plan(wanted, found)).toThrow(message);
  });
});
