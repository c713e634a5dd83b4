/** What the page asks of its server, and what the server answers. Types only: both sides import them. */
import type { ListedLetter } from '#operations/letters/list.ts';
import type { Outcomes } from '#operations/letters/outcome.ts';
import type { RedrivePlan } from '#operations/letters/plan.ts';
import type { ProofNote } from '#operations/proofs.ts';
import type { Pulse, Sources } from '#operations/pulse.ts';
import type { BrowseStep } from '#operations/records/browse.ts';
import type { RedriveProgress } from '#operations/redrive.ts';
import type { LastDelivery } from '#operations/streams/last-deliveries.ts';
import type { Place } from '#operations/trace/place.ts';

/** What a person may do: see figures, see records (personal data), change something. */
export type Right = 'look' | 'read' | 'act';

/** `GET /api/session` */
export interface Session {
  /** "local", or the environment's name. */
  readonly environment: string;
  readonly version: string;
  /** When the backbone was started, ISO 8601; null where it always runs. */
  readonly startedAt: string | null;
  /** Who acts, unless they say otherwise; empty if the server can't know, so that the page asks. */
  readonly by: string;
  readonly may: readonly Right[];
  /** Other pages of the backbone, such as Airflow's, by their names. */
  readonly links: Readonly<Record<string, string>>;
}

/**
 * The body of every answer that is no error. `at` is when the server made it, ISO 8601, UTC; `sources` are those of the last pulse, null
 * before the first and while no page listens to `/api/live`.
 */
export interface Answer<Data> {
  readonly at: string;
  readonly data: Data;
  readonly sources: Sources | null;
}

/** The body of every error: 400, 401, 403, 404, 405, 409, 413, 421, 500 or 503. */
export interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** A list, and what to ask for as `after` to get the next rows; null after the last, and of lists that end at their limit. */
export interface List<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/**
 * `GET /api/history?of=rate.orders,p95.orders&from=…`: seconds since 1970, and of each name a value for each of them, null
 * where none is known. One request for all that a page plots. Of each topic there are `rate.<topic>` and `p95.<topic>`, the
 * figures of its pulses.
 */
export interface History {
  readonly times: readonly number[];
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

/** `GET /api/proofs?limit=72`: the latest, the newest first. */
export type Proofs = List<ProofNote>;

/** `GET /api/dead-letters?reason&topic&state&since&until&text&after&limit`; with a text a page may be empty and have a next one. */
export type LetterRows = List<ListedLetter>;

/** `POST /api/redrive/plan` with ids or a filter; until then it can be carried out, once. */
export interface PlannedRedrive extends Omit<RedrivePlan, 'ids'> {
  readonly plan: string;
  /** ISO 8601, UTC. */
  readonly until: string;
  /** Letters that it sends; none that comes after the one with the highest id is among them. */
  readonly count: number;
  readonly highest: number | null;
}

/** A line of the answer to `POST /api/redrive`: how far it is, and at last how it ended. */
export type RedriveLine = RedriveProgress | { readonly ended: 'all' | 'stopped' } | { readonly failed: string };

/** How far a plan is. It goes on to the end of its batch even if the page that sent it has gone. */
export interface Sent {
  readonly is: 'planned' | 'sending' | 'ended';
  /** Null before the first batch has come back. */
  readonly progress: RedriveProgress | null;
}

/** `GET /api/redrives/:plan`: what became of its letters. `POST /api/redrives/:plan/stop` ends it behind the batch that is on its way. */
export interface FollowedRedrive extends Outcomes {
  readonly sent: Sent;
}

/** The events of `GET /api/live`, by their names. Who connects gets the latest of each at once, or what came since its `Last-Event-ID`. */
export interface LiveEvents {
  readonly pulse: Pulse;
  readonly proof: ProofNote;
}

/** `GET /api/messages/:topic?from&partition&filter&after&limit`: a line of JSON for each step, and one if it fails half-way. */
export type MessageLine = BrowseStep | { readonly failed: string };

/** `GET /api/trace?id=`: a line of JSON for each step: objects of the lake that were read for it, then every place that has the id. */
export type TraceLine =
  | { readonly read: number; readonly objects: number }
  | { readonly ended: true; readonly places: readonly Place[] }
  | { readonly failed: string };

/** `GET /api/streams/:topic/deliveries`: the last 50, the newest first. */
export type Deliveries = List<LastDelivery>;
