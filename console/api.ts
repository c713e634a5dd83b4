/** What the page asks of its server, and what the server answers. Types only: both sides import them. */
import type { Answer as Answered, Question } from '#operations/ask.ts';
import type { AnsweringPlace, Connect } from '#operations/connect/connect.ts';
import type { ListedLetter } from '#operations/letters/list.ts';
import type { Outcomes } from '#operations/letters/outcome.ts';
import type { RedrivePlan } from '#operations/letters/plan.ts';
import type { Loss, LossList } from '#operations/losses.ts';
import type { Depth, Proof } from '#operations/proof.ts';
import type { ProofNote, WholeProof } from '#operations/proofs.ts';
import type { Pulse, Sources } from '#operations/pulse.ts';
import type { BrowseStep } from '#operations/records/browse.ts';
import type { RedriveProgress } from '#operations/redrive.ts';
import type { InventoryReplay } from '#operations/replay-inventory.ts';
import type { Report } from '#operations/report.ts';
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
  /** A login proved who it is: nobody acts under another name. */
  readonly byIsProved?: boolean;
  /** False if the server can't stream (`/api/live`), so that the page asks again and again; true if absent. */
  readonly live?: boolean;
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

/** `GET /api/proofs?limit=72&before=1234`: the latest, the newest first. */
export interface Proofs extends List<ProofNote> {
  /** The proofs whose fault stood before the oldest of these, oldest first: whether it stands since is reckoned from there. */
  readonly before: readonly ProofNote[];
}

/** `GET /api/proof/:id`; `latest` is one. */
export interface AskedProof {
  readonly proof: WholeProof;
  /** As `npx tillstream proof --json` printed it; null if not all of its checks are kept. */
  readonly printed: Proof | null;
}

/** `GET /api/proving`: the proof that somebody of the page has asked for by `POST /api/prove`, one at a time. */
export interface Proving {
  /** Null if none is on its way. */
  readonly underway: { readonly depth: Depth; readonly all: boolean; readonly since: string } | null;
  /** Why the last one could not be made; null if it was. */
  readonly failed: { readonly at: string; readonly message: string } | null;
}

/** Its times are ISO 8601, UTC. */
export interface ListedLoss extends Omit<Loss, 'noticed_at' | 'acknowledged_at'> {
  readonly noticed_at: string;
  readonly acknowledged_at: string | null;
}

/** `GET /api/losses?limit`: those that are not accepted first, of either the latest first. */
export interface Losses extends Pick<LossList, 'counts'> {
  readonly rows: readonly ListedLoss[];
}

/** `GET /api/dead-letters?reason&topic&state&since&until&text&after&limit`; with a text or a fate a page may be empty and have a next one. */
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

/**
 * A line of the answer to `POST /api/redrive`: how far it is, and at last how it ended. `batch`: this server sends one batch for each
 * request, and waits to be asked for the next one, with `from`; what came of it is then that of the batch alone.
 */
export type RedriveLine =
  | RedriveProgress
  | { readonly ended: 'all' | 'stopped' }
  | { readonly ended: 'batch'; readonly next: number }
  | { readonly failed: string };

/**
 * How far a plan is. It goes on to the end of its batch even if the page that sent it has gone. `failed`: a batch did, such as while
 * Lambda was away; the plan can be carried out again, for what remains.
 */
export interface Sent {
  readonly is: 'planned' | 'sending' | 'ended' | 'failed';
  /** Null before the first batch has come back. */
  readonly progress: RedriveProgress | null;
}

/** `GET /api/redrives/:plan`: what became of its letters. `POST /api/redrives/:plan/stop` ends it behind the batch that is on its way. */
export interface FollowedRedrive extends Outcomes {
  /** Null if the server keeps no plans, so that it can't know. */
  readonly sent: Sent | null;
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

/** `GET /api/reports/:date`; null if it was never made. */
export type StoredReport = Report | null;

/** `POST /api/report {date}`: the report, and where it lies in the lake. */
export interface MadeReport {
  readonly report: Report;
  readonly files: readonly string[];
}

/** `POST /api/stock-check`: what the log says of every product; the first 100 that differ. */
export type CheckedStock = InventoryReplay;

/** `GET /api/questions`: in the order of their names. */
export type Questions = List<Pick<Question, 'name' | 'asks'>>;

/** `GET /api/questions/:name`: asked when it is requested. */
export interface AnsweredQuestion extends Answered {
  readonly question: Question;
  /** How many rows there are; `rows` has the first 5,000. */
  readonly total: number;
}

/** `GET /api/connect?topic`, without secrets; `POST /api/connect/logins` with them, for who may act. */
export interface Connecting extends Omit<Connect, 'places'> {
  readonly places: readonly ConnectingPlace[];
}

/** `since`: when this server first saw it so, without a break; ISO 8601, UTC. */
export interface ConnectingPlace extends AnsweringPlace {
  readonly since: string;
}
