/** One look at the backbone: asks each source with patience of its own, and remembers what the next look needs. */

import type { KafkaConnection } from '#adapters/kafka/index.ts';
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import type { Intervals } from '#domain/configuration/intervals.ts';
import { catalogue } from '#domain/streams.ts';
import { type KafkaOffsets, seemLost } from '../balance.ts';
import { type Ledger, readLedger } from '../ledger.ts';
import { type Progress, progressOf, readOffsets } from '../progress.ts';
import type { Pulse, Sources } from '../pulse.ts';
import { accepts, type Service } from '../services.ts';
import { latestSamples } from './latest-deliveries.ts';
import { type Answers, LOADS, lagOf, makePulse } from './make-pulse.ts';
import { type DatabasePulse, databasePulse } from './read-pulse.ts';
import { slidingRates } from './sliding-rates.ts';
import { type Answer, source } from './source.ts';

export interface Looked {
  readonly pool: Pool;
  kafka(): Promise<KafkaConnection>;
  /** What is asked, as doctor names it. Of one that this backbone doesn't have, nothing is asked and nothing is amiss. */
  readonly services: {
    readonly postgres: Service;
    readonly kafka: Service;
    readonly lambda?: Service | undefined;
    readonly airflow?: Service | undefined;
  };
  /** How often the DAGs run; as the standard schedules say if absent. */
  readonly intervals?: Intervals;
  /** How long a look waits; longer where nothing goes on once it has ended, as in Lambda. */
  readonly patienceMs?: number | undefined;
}

export interface Look {
  readonly pulse: Pulse;
  /** How far the streams have come; null unless PostgreSQL and Kafka answer. */
  readonly progress: Progress | null;
  /** The id of the newest proof that was noted (proofs.ts); null if there is none, or if PostgreSQL doesn't answer. */
  readonly newestProof: number | null;
}

/** What a look has read; a source that doesn't answer gives nothing. */
export interface Readings {
  readonly database: DatabasePulse | undefined;
  readonly offsets: KafkaOffsets | undefined;
  readonly sources: Sources;
}

/** @returns reads each time it is called; once at a time */
export function readingsOf({ pool, kafka, services, intervals, patienceMs }: Looked): () => Promise<Readings> {
  const readDatabase = databasePulse(pool, { intervals, patienceMs });
  const postgresSource = source(services.postgres, patienceMs);
  const kafkaSource = source(services.kafka, patienceMs);
  const lambda = reachable(services.lambda);
  const airflow = reachable(services.airflow);

  return async () => {
    const others = Promise.all([lambda(), airflow()]);
    const asked = await postgresSource.ask(readDatabase);
    // After the ledger (balance.ts).
    const offsets = await kafkaSource.ask(async () => readOffsets(await kafka()));
    const newestLedger = async () => (await postgresSource.ask(() => readNewestLedger(pool))).value;
    const database = await withNewestLedger(newestLedger, asked.value, offsets.value);
    const [lambdaState, airflowState] = (await others).map(({ state }) => state) as [
      Answer<void>['state'],
      Answer<void>['state'],
    ];
    const sources = { postgres: asked.state, kafka: offsets.state, lambda: lambdaState, airflow: airflowState };
    return { database, offsets: offsets.value, sources };
  };
}

/** @returns looks each time it is called; one look at a time */
export const lookAt = (looked: Looked): (() => Promise<Look>) => lookBy(readingsOf(looked));

/** As `lookAt`, wherever the readings come from: rates and percentiles are of what is read here, one reading after the other. */
export function lookBy(read: () => Promise<Readings>): () => Promise<Look> {
  const samples = latestSamples();
  const rates = slidingRates();
  const waiting = waitingTimes();

  return async () => {
    const { database, offsets, sources } = await read();
    const now = performance.now();
    if (database) addSamples(samples, now / 1_000, database);
    const known = { database, offsets };
    const pulse = makePulse({
      ...known,
      now: new Date().toISOString(),
      sources,
      rates: offsets ? rates.rates(now, endsOf(offsets)) : new Map(),
      waited: waiting.note(now / 1_000, known),
      samples,
    });
    const progress = database && offsets ? progressOf(database.ledger, offsets) : null;
    return { pulse, progress, newestProof: database?.newest.proof ?? null };
  };
}

/** Asks no more than doctor does. */
function reachable(service: Service | undefined): () => Promise<Answer<void>> {
  if (!service) return async () => ({ state: 'ok' });
  const { ask } = source(service);
  return () => ask(() => accepts(service));
}

const LONGEST_MS = 5_000;

const readNewestLedger = (pool: Pool): Promise<Ledger> =>
  inTransactionUntil(pool, Date.now() + LONGEST_MS, readLedger, 'read only');

/** What looks lost may have been consumed between the two readings, and then removed. */
async function withNewestLedger(
  newestLedger: () => Promise<Ledger | undefined>,
  database: DatabasePulse | undefined,
  offsets: KafkaOffsets | undefined,
): Promise<DatabasePulse | undefined> {
  if (!database || !offsets || !seemLost(database.ledger, offsets)) return database;
  return { ...database, ledger: (await newestLedger()) ?? database.ledger };
}

function addSamples(
  samples: ReturnType<typeof latestSamples>,
  now: number,
  { deliveries, loads }: DatabasePulse,
): void {
  for (const [topic, own] of Map.groupBy(deliveries, ({ topic }) => topic)) samples.add(topic, now, own);
  samples.add(LOADS, now, loads);
}

/** Of each topic all offsets that Kafka has given. */
const endsOf = (offsets: KafkaOffsets): Map<string, number> =>
  new Map([...offsets].map(([topic, partitions]) => [topic, partitions.reduce((sum, { latest }) => sum + latest, 0)]));

/** For how long records of each topic have waited without a pause, as far as anybody looked. */
function waitingTimes() {
  const since = new Map<string, number>();
  return {
    /** @param now seconds, by a clock that nobody sets */
    note(now: number, known: Pick<Answers, 'database' | 'offsets'>): ReadonlyMap<string, number> {
      for (const { topic } of catalogue) {
        const lag = lagOf(topic, known);
        if (lag === 0) since.delete(topic);
        else if (lag !== null && !since.has(topic)) since.set(topic, now);
      }
      return new Map([...since].map(([topic, began]) => [topic, now - began]));
    },
  };
}
