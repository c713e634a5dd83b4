/** What the page asks of its server, and what the server answers. Types only: both sides import them. */
import type { ProofNote } from '#operations/proofs.ts';
import type { Pulse, Sources } from '#operations/pulse.ts';

/** What a person may do: see figures, see records (personal data), change something. */
export type Right = 'look' | 'read' | 'act';

/** `GET /api/session` */
export interface Session {
  /** "local", or the environment's name. */
  readonly environment: string;
  readonly version: string;
  /** When the backbone was started, ISO 8601; null where it always runs. */
  readonly startedAt: string | null;
  /** Who acts, unless they say otherwise. */
  readonly by: string;
  readonly may: readonly Right[];
  /** Other pages of the backbone, such as Airflow's, by their names. */
  readonly links: Readonly<Record<string, string>>;
}

/** The body of every answer that is no error. `at` is when the server made it, ISO 8601, UTC. */
export interface Answer<Data> {
  readonly at: string;
  readonly data: Data;
  readonly sources: Sources;
}

/** The body of every error: 400, 401, 403, 404, 409, 421 or 503. */
export interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** A list, and what to ask for as `after` to get the next rows; null after the last. */
export interface List<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** `GET /api/history?of=rate.orders&from=…&to=…`: seconds since 1970, and a value or null for each. */
export interface History {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

/** The events of `GET /api/live`, by their names. */
export interface LiveEvents {
  readonly pulse: Pulse;
  readonly proof: ProofNote;
}
