import { expect, it } from 'vitest';
import { catalogue } from '#domain/streams.ts';
import { refunds } from '../../tests/support/refunds.ts';
import { placeNames } from '../pulse.ts';
import { type Answers, keptBy, makePulse } from './make-pulse.ts';
import type { DatabasePulse } from './read-pulse.ts';

const none = { letters: null, curated: null, announced: null, metrics: null, gold: null, proof: null };
const database: DatabasePulse = {
  ledger: { at: '2026-01-01T00:00:00.000Z', partitions: [], loads: new Map() },
  ...{ deliveries: [], loads: [], letters: new Map(), unsent: new Map(), jobs: [], newest: none },
  counts: { products: 7, curated: 0, hours: 0, days: 0 },
};
const offsets = new Map(catalogue.map(({ topic }) => [topic, [{ partition: 0, earliest: 0, latest: 4 }]]));
const down = (name: string) => ({ since: '2026-01-01T00:00:00.000Z', why: `${name} does not answer` });
const answers: Answers = {
  ...{ now: '2026-02-02T00:00:00.000Z', database, offsets, rates: new Map([['orders', 2]]), waited: new Map() },
  sources: { postgres: 'ok', kafka: 'ok', lambda: 'ok', airflow: 'ok' },
  samples: { p95: () => 3, batch: () => 10 },
};

it('has a figure for every stream and place', () => {
  const pulse = makePulse(answers);
  expect(pulse.at).toBe('2026-01-01T00:00:00.000Z');
  expect(pulse.books).toMatchObject({ offsets: 4 * catalogue.length, waiting: 4 * catalogue.length });
  expect(Object.keys(pulse.streams)).toEqual(catalogue.map(({ topic }) => topic));
  expect(Object.keys(pulse.places).sort()).toEqual([...placeNames].sort());
  expect(pulse.streams.orders).toEqual({ consumer: 'archive-orders', rate: 2, lag: 4, batch: 10, p95: 3, age: null });
  expect(pulse.places.stock).toEqual({ count: 7, age: null, p95: 3, state: 'fine' });
  expect([pulse.letters, pulse.unsent]).toEqual([{}, 0]);
});

it('says how many rows the table of a described stream has, and nothing of streams that have places', () => {
  const rows = {
    consumer: 'store-refunds',
    topic: 'refunds',
    partition: 0,
    next: 4,
    records: 4,
    accepted: 3,
    duplicates: 0,
    rejected: 1,
  };
  const ledger = { ...database.ledger, partitions: [{ ...rows, objects: 0, start: 0, lost: 0 }] };
  const own = {
    ...answers,
    database: { ...database, ledger },
    offsets: new Map([['refunds', [{ partition: 0, earliest: 0, latest: 4 }]]]),
  };
  expect(keptBy(refunds, own)).toMatchObject({ name: 'streams.refunds', counts: 'rows', count: 3, state: 'fine' });
  expect(keptBy(refunds, { ...own, database: undefined })).toMatchObject({ count: null, state: 'unknown' });
  for (const stream of catalogue.filter(({ handler }) => handler === 'own'))
    expect(keptBy(stream, answers)).toBeUndefined();
});

it('never says 0 for what it does not know', () => {
  const sources = { ...answers.sources, postgres: down('PostgreSQL') };
  const pulse = makePulse({ ...answers, database: undefined, sources });
  expect(pulse).toMatchObject({ at: answers.now, books: null, letters: null, unsent: null });
  const { consumer, rate, ...unknown } = pulse.streams.orders ?? {};
  expect([consumer, rate, unknown]).toEqual(['archive-orders', 2, { lag: null, batch: null, p95: null, age: null }]);
  for (const place of placeNames)
    expect(pulse.places[place]).toEqual({
      ...{ count: null, age: null, p95: null, state: 'unknown', why: 'PostgreSQL does not answer' },
    });
});

it('does not know whether records wait while Kafka is silent, and knows what is there', () => {
  const sources = { ...answers.sources, kafka: down('Kafka') };
  const pulse = makePulse({ ...answers, offsets: undefined, rates: new Map(), sources });
  expect([pulse.books, pulse.streams.orders?.lag, pulse.streams.orders?.rate]).toEqual([null, null, null]);
  expect(pulse.places.stock).toMatchObject({ count: 7, state: 'unknown', why: 'Kafka does not answer' });
  expect(pulse.places.warehouse.state).toBe('fine');
});

it('takes the age of a stream from its newest record, and of a place from the newest delivery that brought something', () => {
  const delivery = (id: number, accepted: number, committed: number) => ({
    ...{ id, topic: 'orders', records: 10, accepted, committed, last: committed + 1, latency: 5 },
  });
  const pulse = makePulse({
    ...answers,
    database: { ...database, deliveries: [delivery(1, 9, 40), delivery(2, 0, 3)] },
  });
  expect([pulse.streams.orders?.age, pulse.places.lake.age]).toEqual([4, 40]);
});

it('says what waits too long', () => {
  const job = { place: 'gold', job: 'aggregate_user_events', everyMinutes: 1_440, allowedMinutes: 1_560 } as const;
  const jobs = [{ ...job, waiting: 2, longest: 1_530 * 60 }];
  const waited = new Map([['transactions', 700]]);
  const { places } = makePulse({ ...answers, waited, database: { ...database, jobs } });
  expect([places.gold.state, places.payments.state, places.lake.state]).toEqual(['look', 'wrong', 'fine']);
  expect(places.gold.why).toContain('aggregate_user_events');
});

it('knows all but what has not been counted', () => {
  const counts = { ...database.counts, curated: null };
  const late: DatabasePulse = { ...database, counts, letters: null, unsent: null, jobs: null };
  const { books, letters, unsent, places } = makePulse({ ...answers, database: late });
  expect(books).not.toBeNull();
  expect([letters, unsent, places.letters.count, places.announced.count]).toEqual([null, null, null, null]);
  expect([places.curated.count, places.stock.count]).toEqual([null, 7]);
  expect(places.gold).toMatchObject({ state: 'unknown', why: expect.stringContaining('not been counted') });
  expect(places.lake.state).toBe('fine');
});

it('says which topic is missing, and knows the others', () => {
  const without = new Map([...offsets].filter(([topic]) => topic !== 'orders'));
  const { books, streams, places } = makePulse({ ...answers, offsets: without });
  expect(books).toMatchObject({ offsets: 4 * (catalogue.length - 1), waiting: 4 * (catalogue.length - 1) });
  expect([streams.orders?.lag, streams.transactions?.lag]).toEqual([null, 4]);
  expect(places.lake).toMatchObject({ state: 'unknown', why: 'Topic orders is missing.' });
  expect(places.payments.state).toBe('fine');
});
