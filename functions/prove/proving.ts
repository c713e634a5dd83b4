/** What several streams are proved together from. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { ProofOptions } from './request.ts';
import type { Scope } from './scope.ts';
import type { Sources } from './sources.ts';
import type { ProvenStream } from './stream.ts';

/** A stream that is proved, without its deliveries: there may be too many to keep those of all streams. */
export type StreamInSum = Omit<ProvenStream, 'ledger'>;

export interface Proving {
  readonly sources: Sources;
  readonly transaction: Transaction;
  readonly options: ProofOptions;
  readonly scope: Scope;
  readonly streams: readonly StreamInSum[];
}
