/** What became of a record of Kafka, and of an offset without one. */
import type { Reason } from '#domain/dead-letters.ts';

/**
 * - `effect`: it took effect where its consumer puts it; its way tells how far it has come since.
 * - `repeat`: the same record came before, so it changed nothing.
 * - `rejected`: it became a dead letter.
 * - `gap`: there is no record at this offset: it is a transaction's marker, or compaction removed it.
 * - `uncertain`: whether there was a record the ledger can't tell, and Kafka no longer has it.
 * - `waiting`: its consumer has not dealt with it yet.
 * - `lost`: retention removed it before it was consumed.
 * - `before`: the ledger begins later.
 * - `ahead`: Kafka has not come so far.
 * - `published`: no function of ours consumes its topic.
 */
export const fateStates = [
  'effect',
  'repeat',
  'rejected',
  'gap',
  'uncertain',
  'waiting',
  'lost',
  'before',
  'ahead',
  'published',
] as const;
export type FateState = (typeof fateStates)[number];

export interface Fate {
  readonly state: FateState;
  /** The places on its way, in their order, as far as it goes that way. */
  readonly way: readonly Step[];
  /** Of a repeat: where the first one is, if the store knows. */
  readonly first?: Where;
  /** Of what was rejected; and of a record of the topic dlq, the letter that it announces. */
  readonly letter?: FateOfLetter;
  /** Of what waits: how many offsets its consumer will have dealt with when it comes to an end of this one. */
  readonly behind?: number;
  /** The delivery in the ledger that it came in. */
  readonly delivery?: number;
}

export type StepPlace =
  | 'lake'
  | 'warehouse'
  | 'curated'
  | 'bronze'
  | 'gold'
  | 'stock'
  | 'announced'
  | 'payments'
  | 'table'
  | 'clean'
  | 'metrics'
  | 'shop';

export interface Step {
  readonly place: StepPlace;
  /** Whether it is there; if not, the next run of what brings it there will take it. */
  readonly done: boolean;
  /** When it came there, ISO 8601, UTC; null if it is not there, or if nobody noted when. */
  readonly at: string | null;
}

export interface Where {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FateOfLetter {
  readonly id: number;
  readonly reason: Reason;
  readonly message: string;
  /** When it was sent back, and by whom; null if it was not. */
  readonly redrivenAt: string | null;
  readonly redrivenBy: string | null;
}
