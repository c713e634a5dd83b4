/** How the backbone is right now: the books, each stream and each place. Asked every second, once for all who look. */
import type { Books } from './books.ts';

/** What a number comes from. One that doesn't answer makes it null, never 0. */
export type SourceName = 'postgres' | 'kafka' | 'lambda' | 'airflow';

/** `ok`, or since when it doesn't answer (ISO 8601), and the sentence that says why and what to do. */
export type SourceState = 'ok' | { readonly since: string; readonly why: string };

export type Sources = Readonly<Record<SourceName, SourceState>>;

/** Rates and means are of the last ten seconds; null while unknown. */
export interface StreamPulse {
  readonly consumer: string;
  /** Records that producers sent, a second. */
  readonly rate: number | null;
  /** Records that wait in Kafka. */
  readonly lag: number | null;
  /** Records of a delivery, the mean of the latest. */
  readonly batch: number | null;
  /** Seconds from Kafka's timestamp of a delivery's first record to its commit, 95th percentile of the latest: at most, for each record. */
  readonly p95: number | null;
  /** Seconds since Kafka's timestamp of the newest record that has taken effect; null also after a loss, until the next delivery. */
  readonly age: number | null;
  /** Of a described stream: where its records are kept. */
  readonly keeps?: KeptPulse;
}

/** What a described stream fills: a table, or a folder of the lake. */
export interface KeptPulse extends PlacePulse {
  readonly name: string;
  readonly counts: 'rows' | 'objects';
}

export const placeNames = [
  'lake',
  'stock',
  'payments',
  'bronze',
  'letters',
  'warehouse',
  'curated',
  'announced',
  'metrics',
  'gold',
] as const;
export type PlaceName = (typeof placeNames)[number];

/** `look`: something wants a person, `wrong`: it is broken or too late, `unknown`: what tells it doesn't answer. */
export type PlaceState = 'fine' | 'look' | 'wrong' | 'unknown';

export interface PlacePulse {
  /** Objects, products, payments, letters, orders, messages, hours or days that are there. */
  readonly count: number | null;
  /** Seconds since the newest came, by the ledger or the job that brought it; null also if nothing came yet. */
  readonly age: number | null;
  /** Seconds from Kafka to here, as of a stream; null also where nobody notes it. */
  readonly p95: number | null;
  readonly state: PlaceState;
  /** Why the state isn't fine. */
  readonly why?: string;
}

export interface Pulse {
  /** ISO 8601, UTC, by the database's clock where it answers. */
  readonly at: string;
  readonly books: Books | null;
  /** By topic. */
  readonly streams: Readonly<Record<string, StreamPulse>>;
  readonly places: Readonly<Record<PlaceName, PlacePulse>>;
  /** By reason; null while PostgreSQL doesn't answer, or hasn't counted them yet. */
  readonly letters: Readonly<Record<string, number>> | null;
  /** Messages of the outbox that wait for Kafka; counted at ease, so some seconds old. */
  readonly unsent: number | null;
  readonly sources: Sources;
}
