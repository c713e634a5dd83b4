/** Loads files of the lake into warehouse.fact_orders and marks them in the ledger, all in one transaction. */
import {
  aMinuteFromNow,
  inTransactionUntil,
  limitTime,
  type Pool,
  retryTransaction,
  type Transaction,
} from '#adapters/postgres/index.ts';
import { takeTurnIfFree } from '#delivery/turns.ts';
import { claim, findFiles, type LakeFile } from './claim.ts';
import { type Archives, writeConflicts } from './conflicts.ts';
import { blockOfNew, keepFingerprints } from './fingerprints.ts';
import { insertNew, stageAll } from './insert.ts';
import { readRuns } from './runs.ts';
import { type Repeats, settleStaged } from './settle.ts';

export interface Stores extends Archives {
  readonly pool: Pool;
  /** When the load must have ended, in milliseconds since 1970; a minute from now if absent. */
  readonly deadline?: number;
}

export interface LoadResult {
  readonly loaded: number[];
  readonly already_loaded: number[];
  readonly rows: number;
  readonly inserted: number;
  /** Rows whose order was there before with the same content. */
  readonly duplicates: number;
  /** Rows whose order was there before with other content; each is a dead letter now. */
  readonly conflicts: number;
}

const ATTEMPTS = 4;
/** Another load was faster with an order. */
const UNIQUE_VIOLATION = '23505';

/**
 * Skips files that were loaded before, and waits for a concurrent load of the same file. Of rows with the same order, the
 * one with the lowest delivery and offset is inserted.
 *
 * @throws if a delivery isn't committed or has no file, or if the file is missing or differs from the ledger's row count;
 *   then nothing is loaded
 */
export const load = (stores: Stores, deliveryIds: readonly number[], runId: string): Promise<LoadResult> =>
  loadWithin(stores, deliveryIds, runId, (_, work) => work());

/** Loads as `load` does, if no other load has the turn. @returns undefined if one has */
export const loadInTurn = (
  stores: Stores,
  deliveryIds: readonly number[],
  runId: string,
): Promise<LoadResult | undefined> =>
  loadWithin(stores, deliveryIds, runId, async (transaction, work) =>
    (await takeTurnIfFree(transaction, 'load-orders')) ? work() : undefined,
  );

async function loadWithin<Result>(
  stores: Stores,
  deliveryIds: readonly number[],
  runId: string,
  begin: (transaction: Transaction, work: () => Promise<LoadResult>) => Promise<Result>,
): Promise<Result> {
  const { pool, deadline = aMinuteFromNow() } = stores;
  const files = await findFiles(pool, deliveryIds);
  let attempts = 0;
  return retryTransaction(ATTEMPTS, () => {
    // Staging waits for who was faster and finds its rows, so no second race can be lost.
    const insert = attempts++ === 0 ? insertNew : stageAll;
    return inTransactionUntil(pool, deadline, (transaction) =>
      begin(transaction, () => loadOnce(transaction, stores, files, runId, deadline, insert)),
    );
  }, [UNIQUE_VIOLATION]);
}

async function loadOnce(
  transaction: Transaction,
  archives: Archives,
  files: readonly LakeFile[],
  runId: string,
  deadline: number,
  insert: typeof insertNew,
): Promise<LoadResult> {
  failIfLate(deadline);
  const claimed = await claim(transaction, files, runId);
  const mine = files.filter(({ deliveryId }) => claimed.has(deliveryId));
  const loaded = mine.map(({ deliveryId }) => deliveryId);
  const already_loaded = files.filter((file) => !claimed.has(file.deliveryId)).map(({ deliveryId }) => deliveryId);
  const rows = mine.reduce((all, file) => all + file.rows, 0);
  if (rows === 0) return { loaded, already_loaded, rows, inserted: 0, duplicates: 0, conflicts: 0 };

  const timeUp = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
  const block = await blockOfNew(transaction);
  let [copied, staged] = [0, 0];
  for await (const run of readRuns(archives.lake, mine, timeUp)) {
    await limitToWhatIsLeft(transaction, deadline);
    const done = await insert(transaction, run);
    copied += done.inserted;
    staged += done.staged;
  }
  await limitToWhatIsLeft(transaction, deadline);
  const settled = staged > 0 ? await settleStaged(transaction) : { inserted: 0, repeats: [] };
  const { repeats } = settled;
  const inserted = copied + settled.inserted;
  const sum = (of: 'duplicates' | 'conflicts') => repeats.reduce((all, repeat) => all + repeat[of], 0);
  const [duplicates, conflicts] = [sum('duplicates'), sum('conflicts')];
  if (inserted + duplicates + conflicts !== rows)
    throw new Error(
      `Expected ${rows} rows = inserted + duplicates + conflicts, got ${inserted} + ${duplicates} + ` +
        `${conflicts}; were rows of warehouse.fact_orders changed or deleted meanwhile?`,
    );
  await keepFingerprints(transaction, withInserted(mine, repeats), block);
  await writeConflicts(transaction, archives, mine, repeats, timeUp);
  return { loaded, already_loaded, rows, inserted, duplicates, conflicts };
}

/** The deliveries of which a row was inserted. */
function withInserted(files: readonly LakeFile[], repeats: readonly Repeats[]): number[] {
  const repeated = new Map(repeats.map((repeat) => [repeat.delivery_id, repeat.duplicates + repeat.conflicts]));
  return files.flatMap(({ deliveryId, rows }) => (rows > (repeated.get(deliveryId) ?? 0) ? [deliveryId] : []));
}

/** Reading and copying have used up some of the time that the statements were given. */
async function limitToWhatIsLeft(transaction: Transaction, deadline: number): Promise<void> {
  failIfLate(deadline);
  await limitTime(transaction, deadline);
}

function failIfLate(deadline: number): void {
  if (Date.now() >= deadline)
    throw new Error('The load ran out of time and was rolled back; load fewer files at once.');
}
