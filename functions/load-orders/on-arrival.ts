/**
 * Loads what waits as soon as archive-orders has committed it. One such call works at a time and takes all that is there, so calls that
 * come close together are one load. What a lost call leaves, the next one takes, or the DAG orders_minio_to_postgres.
 */
import { listNewFiles } from './list.ts';
import { type LoadResult, loadInTurn, type Stores } from './load.ts';

/** In ledger.loads, where the DAG has the id of its run. */
export const ON_ARRIVAL = 'on arrival';

/** By then the DAG has come, which loads four chunks at once. */
const LONGEST_MS = 5 * 60_000;

export interface LoadedNew {
  /** `busy`: another call is at work, and will load whatever was committed before this one looked. */
  readonly outcome: 'nothing waits' | 'busy' | 'out of time';
  /** That this call has loaded. */
  readonly chunks: number;
}

/** @param loaded is told of each chunk when it is committed */
export async function loadNew(stores: Stores, loaded: (result: LoadResult) => Promise<void>): Promise<LoadedNew> {
  const end = Date.now() + LONGEST_MS;
  for (let chunks = 0; ; chunks++) {
    // Asked before the turn: a call that finds it taken ends, and relies on this question to find its objects.
    const [chunk] = (await listNewFiles(stores.pool, stores.deadline)).chunks;
    if (!chunk) return { outcome: 'nothing waits', chunks };
    if (Date.now() >= end) return { outcome: 'out of time', chunks };
    const result = await loadInTurn(stores, chunk.delivery_ids, ON_ARRIVAL);
    if (!result) return { outcome: 'busy', chunks };
    await loaded(result);
  }
}
