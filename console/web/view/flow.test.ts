import { expect, it } from 'vitest';
import { schedules } from '#cdk/dags.ts';
import { readConfiguration } from '#domain/configuration/read.ts';
import { type PlacePulse, type Pulse, placeNames } from '#operations/pulse.ts';
import { type FlowNode, flowOf, sayNode } from './flow.ts';
import { nothingKnown, remember } from './last-known.ts';

const stream = { consumer: 'archive-orders', rate: 204, lag: 12, batch: 1021, p95: 5.9, age: 3 };
const place: PlacePulse = { count: 403, age: 3, p95: null, state: 'fine' };
const pulse: Pulse = {
  at: '2026-11-30T12:00:00.000Z',
  books: null,
  streams: {
    orders: stream,
    online_orders: { ...stream, consumer: 'update-inventory', rate: 100 },
    store_sales: { ...stream, consumer: 'update-inventory', rate: 50, batch: 21 },
    returns: { ...stream, consumer: 'take-back' },
    refunds: { ...stream, consumer: 'store-refunds', keeps: { ...place, name: 'streams.refunds', counts: 'rows' } },
  },
  places: Object.fromEntries(placeNames.map((name) => [name, place])) as Pulse['places'],
  letters: {},
  unsent: 0,
  sources: { postgres: 'ok', kafka: 'ok', lambda: 'ok', airflow: 'ok' },
};
const now = new Date('2026-11-30T12:00:40Z');
const flow = flowOf(pulse, nothingKnown, now);

const nodes = ({ shop, groups, letters }: typeof flow): FlowNode[] => [
  shop,
  ...groups.flatMap(({ topics, consumer, kept, made }) => [...topics, consumer, ...kept, ...made]),
  letters,
];
const node = (id: string, of = flow) => nodes(of).find((each) => each.id === id);

it('says of each place what is there', () => {
  expect(node('shop')).toMatchObject({ left: '762 /s', state: 'fine' });
  expect(node('orders')).toMatchObject({ left: '204 /s', right: 'lag 12' });
  expect(node('update-inventory')).toMatchObject({ left: '521 a batch', right: '≤ 5.9 s' });
  expect(node('lake')).toMatchObject({ left: '403 objects', right: '3 s old', state: 'fine' });
});

it('has every place, each once, and every line leads from one to another', () => {
  const ids = nodes(flow).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const name of placeNames.filter((each) => !['payments', 'metrics', 'bronze', 'gold'].includes(each)))
    expect(ids).toContain(name);
  for (const { from, to } of flow.edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
});

it('shows a consumer that it has never heard of, up to its function', () => {
  const group = flow.groups.find(({ consumer }) => consumer.id === 'take-back');
  expect(group).toMatchObject({ kept: [], made: [] });
});

it('shows what a described stream fills, and that what keeps its consumer from its work is told of that', () => {
  expect(node('streams.refunds')).toMatchObject({ left: '403 rows', right: '3 s old', state: 'fine' });
  expect(flow.edges.find(({ to }) => to === 'streams.refunds')).toMatchObject({ from: 'store-refunds', rate: 204 });
  const keeps = {
    ...place,
    count: null,
    name: 'streams.refunds',
    counts: 'rows',
    state: 'wrong',
    why: 'It stands.',
  } as const;
  const stopped = flowOf(
    { ...pulse, streams: { refunds: { ...stream, consumer: 'store-refunds', keeps } } },
    nothingKnown,
    now,
  );
  expect(node('streams.refunds', stopped)).toMatchObject({ left: '?', state: 'wrong' });
  expect(node('store-refunds', stopped)).toMatchObject({ state: 'wrong', why: 'It stands.' });
});

it('adds up what flows into a place', () => {
  expect(flow.edges.find(({ to }) => to === 'stock')?.rate).toBe(150);
});

it('shows a question mark for what is unknown, and how it was, never a 0', () => {
  const down: Pulse = {
    ...pulse,
    at: now.toISOString(),
    streams: { orders: { ...stream, rate: null, lag: null, batch: null, p95: null, age: null } },
    places: {
      ...pulse.places,
      lake: { count: null, age: null, p95: null, state: 'unknown', why: 'PostgreSQL is down' },
    },
  };
  const after = flowOf(down, remember(remember(nothingKnown, pulse), down), now);
  expect(node('orders', after)).toMatchObject({ left: '?', right: '204 /s at 12:00:00', state: 'unknown' });
  expect(node('lake', after)).toMatchObject({ left: '?', right: '403 at 12:00:00', why: 'PostgreSQL is down' });
  expect(node('archive-orders', after)).toMatchObject({ left: '?', right: '', state: 'unknown' });
  expect(node('shop', after)).toMatchObject({ left: '? /s', state: 'unknown' });
  expect(after.edges.find(({ to }) => to === 'lake')?.rate).toBeNull();
});

it('says that nothing came yet where nothing came', () => {
  const empty = { ...pulse, places: { ...pulse.places, gold: { ...place, count: 0, age: null } } };
  empty.streams = { user_events: { ...stream, consumer: 'archive-user-events' } };
  expect(node('gold', flowOf(empty, nothingKnown, now))).toMatchObject({ left: 'nothing yet', right: '' });
});

it('reads out a place as a sentence', () => {
  expect(sayNode({ id: 'x', column: 3, title: 'Stock', left: '2 /s', right: '', state: 'look', why: 'Old.' })).toBe(
    'Stock, 2 a second, have a look, Old.',
  );
});

it('names the schedules that the DAGs have, and what no schedule makes', () => {
  const words: Record<string, string> = { '@hourly': 'hourly', '@daily': 'daily' };
  const said = new Map(schedules(readConfiguration('prod', {}).values));
  const note = (to: string) => flow.edges.find((edge) => edge.to === to)?.note;
  expect(note('curated')).toBe(words[said.get('stream_orders') ?? '']);
  expect(note('warehouse')).toBe('on arrival');
});
