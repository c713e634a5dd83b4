/** Puts a pulse together from what PostgreSQL and Kafka have answered. Pure: what didn't answer is null, and its places are unknown. */
import { UPDATES_TOPIC } from '#delivery/announcements.ts';
import { catalogue, consumedBy, type Stream, streams } from '#domain/streams.ts';
import { booksOf, type KafkaOffsets, lagIn } from '../balance.ts';
import { totalsOf } from '../progress.ts';
import type { KeptPulse, PlaceName, PlacePulse, Pulse, Sources, StreamPulse } from '../pulse.ts';
import type { latestSamples } from './latest-deliveries.ts';
import { fine, type Verdict, verdictOnJob, verdictOnLetters, verdictOnStream, worst } from './places.ts';
import type { DatabasePulse } from './read-pulse.ts';

export interface Answers {
  /** ISO 8601, for when the database gives no time. */
  readonly now: string;
  readonly sources: Sources;
  readonly database: DatabasePulse | undefined;
  readonly offsets: KafkaOffsets | undefined;
  /** By topic: records that producers send, a second. */
  readonly rates: ReadonlyMap<string, number | null>;
  /** By topic: seconds for which records have waited without a pause. */
  readonly waited: ReadonlyMap<string, number>;
  readonly samples: Pick<ReturnType<typeof latestSamples>, 'p95' | 'batch'>;
}

/** The samples of loads, beside those of topics. */
export const LOADS = 'loads';

/** Where each consumer puts its records. */
export const filledBy: Readonly<Record<'lake' | 'stock' | 'payments' | 'bronze', Stream['consumer']>> = {
  lake: streams.orders.consumer,
  stock: streams.onlineOrders.consumer,
  payments: streams.transactions.consumer,
  bronze: streams.userEvents.consumer,
};

export function makePulse(answers: Answers): Pulse {
  const { database, offsets, sources } = answers;
  return {
    at: database?.ledger.at ?? answers.now,
    books: database && offsets ? booksOf(database.ledger, offsets) : null,
    streams: Object.fromEntries(catalogue.map((stream) => [stream.topic, streamPulse(stream, answers)])),
    places: placesOf(answers),
    letters: database?.letters ? Object.fromEntries([...database.letters].sort(([, a], [, b]) => b - a)) : null,
    unsent: database?.unsent ? sumOf(database.unsent.values()) : null,
    sources,
  };
}

function streamPulse(stream: Stream, answers: Answers): StreamPulse {
  const { topic, consumer } = stream;
  const { database, rates, samples } = answers;
  const keeps = keptBy(stream, answers);
  return {
    consumer,
    rate: rates.get(topic) ?? null,
    lag: lagOf(topic, answers),
    batch: database ? samples.batch(topic) : null,
    p95: database ? samples.p95(topic) : null,
    age: database ? youngest(database, [topic], ({ last }) => last) : null,
    ...(keeps && { keeps }),
  };
}

/** @param stream of which nothing is said if it has code of its own: what that fills are places */
export function keptBy(stream: Stream, answers: Answers): KeptPulse | undefined {
  const { topic, handler, table, lake } = stream;
  const name = table?.name ?? lake?.prefix;
  if (handler === 'own' || name === undefined) return undefined;
  const { database, sources } = answers;
  const counts = table ? 'rows' : 'objects';
  if (!database) return { name, counts, ...unknownPlace(sources) };
  const { accepted, objects } = totalsOf(database.ledger, topic);
  return { name, counts, ...filledFrom([stream], table ? accepted : objects, database, answers) };
}

/** Records that wait in Kafka; null if either side is unknown. */
export function lagOf(topic: string, { database, offsets }: Pick<Answers, 'database' | 'offsets'>): number | null {
  const kafka = offsets?.get(topic);
  return database && kafka ? lagIn(database.ledger, topic, kafka) : null;
}

/** PostgreSQL answers, and what waits for the jobs is too much to be counted in time. */
const notCounted: Verdict = { state: 'unknown', why: 'What waits for its job has not been counted yet.' };

function placesOf(answers: Answers): Pulse['places'] {
  const { database, samples, sources } = answers;
  if (!database) return unknownPlaces(sources);
  const { ledger, newest, counts, letters, jobs, loads, unsent } = database;
  const job = (place: PlaceName): Verdict =>
    jobs ? worst(jobs.filter((each) => each.place === place).map(verdictOnJob)) : notCounted;
  const announced = consumedBy(streams.onlineOrders.consumer);
  const moved = sumOf(announced.map(({ topic }) => totalsOf(ledger, topic).accepted));
  const loaded = loads.map(({ committed }) => committed);
  const made = (count: number | null, age: number | null, verdict: Verdict): PlacePulse => ({
    ...{ count, age, p95: null },
    ...verdict,
  });
  return {
    lake: filled('lake', totalsOf(ledger, streams.orders.topic).objects, database, answers),
    stock: filled('stock', counts.products, database, answers),
    payments: filled('payments', totalsOf(ledger, streams.transactions.topic).accepted, database, answers),
    bronze: filled('bronze', totalsOf(ledger, streams.userEvents.topic).objects, database, answers),
    letters: made(letters && sumOf(letters.values()), newest.letters, verdictOnLetters(newest.letters)),
    warehouse: {
      count: totalsOf(ledger, streams.orders.topic).loaded,
      age: loaded.length === 0 ? null : Math.min(...loaded),
      p95: samples.p95(LOADS),
      ...job('warehouse'),
    },
    curated: made(counts.curated, newest.curated, job('curated')),
    // What waits was counted at ease: of what was moved since, some may count as announced too early.
    announced: made(unsent && moved - (unsent.get(UPDATES_TOPIC) ?? 0), newest.announced, job('announced')),
    metrics: made(counts.hours, newest.metrics, job('metrics')),
    gold: made(counts.days, newest.gold, job('gold')),
  };
}

/** A place that a consumer fills by itself. */
function filled(
  place: keyof typeof filledBy,
  count: number | null,
  database: DatabasePulse,
  answers: Answers,
): PlacePulse {
  return filledFrom(consumedBy(filledBy[place]), count, database, answers);
}

function filledFrom(
  own: readonly Stream[],
  count: number | null,
  database: DatabasePulse,
  answers: Answers,
): PlacePulse {
  const topics = own.map(({ topic }) => topic);
  return {
    count,
    age: youngest(database, topics, ({ committed, accepted }) => (accepted > 0 ? committed : null)),
    p95: answers.samples.p95(...topics),
    ...worst(own.map((stream) => verdictOn(stream, database, answers))),
  };
}

function verdictOn(stream: Stream, database: DatabasePulse, answers: Answers): Verdict {
  const lag = lagOf(stream.topic, answers);
  const { kafka } = answers.sources;
  if (lag === null) return { state: 'unknown', why: kafka === 'ok' ? `Topic ${stream.topic} is missing.` : kafka.why };
  if (lag === 0) return fine;
  return verdictOnStream(stream, {
    lag,
    waited: answers.waited.get(stream.topic) ?? 0,
    committed: youngest(database, [stream.topic], ({ committed }) => committed),
    age: youngest(database, [stream.topic], ({ last }) => last),
  });
}

function unknownPlace({ postgres }: Sources): PlacePulse {
  const why = postgres === 'ok' ? {} : { why: postgres.why };
  return { count: null, age: null, p95: null, state: 'unknown', ...why };
}

function unknownPlaces(sources: Sources): Pulse['places'] {
  const unknown = unknownPlace(sources);
  return {
    ...{ lake: unknown, stock: unknown, payments: unknown, bronze: unknown, letters: unknown },
    ...{ warehouse: unknown, curated: unknown, announced: unknown, metrics: unknown, gold: unknown },
  };
}

/** The fewest seconds among the last deliveries of these topics; null if none says so. */
function youngest(
  { deliveries }: DatabasePulse,
  topics: readonly string[],
  of: (delivery: DatabasePulse['deliveries'][number]) => number | null,
): number | null {
  const ages = deliveries.filter(({ topic }) => topics.includes(topic)).flatMap((delivery) => of(delivery) ?? []);
  return ages.length === 0 ? null : Math.min(...ages);
}

const sumOf = (numbers: Iterable<number>): number => [...numbers].reduce((sum, each) => sum + each, 0);
