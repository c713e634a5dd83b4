/** Loads files of the lake into warehouse.fact_orders and marks them in the ledger, all in one transaction. */
import {
  aMinuteFromNow,
  inTransactionUntil,
  limitTime,
  type Pool,
  retryTransaction,
  type Transaction,
} from '#adapters/postgres/index.ts';
import { claim, findFiles, type LakeFile } from './claim.ts';
import { type Archives, writeConflicts } from './conflicts.ts';
import { insertNew, settleRepeats } from './insert.ts';
import { stage } from './stage.ts';

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

/**
 * Skips files that were loaded before, and waits for a concurrent load of the same file. Of rows with the same order, the
 * one with the lowest delivery and offset is inserted.
 *
 * @throws if a delivery isn't committed or has no file, or if the file is missing or differs from the ledger's row count;
 *   then nothing is loaded
 */
export async function load(stores: Stores, deliveryIds: readonly number[], runId: string): Promise<LoadResult> {
  const { pool, deadline = aMinuteFromNow() } = stores;
  const files = await findFiles(pool, deliveryIds);
  return retryTransaction(ATTEMPTS, () =>
    inTransactionUntil(pool, deadline, (transaction) => loadOnce(transaction, stores, files, runId, deadline)),
  );
}

async function loadOnce(
  transaction: Transaction,
  archives: Archives,
  files: readonly LakeFile[],
  runId: string,
  deadline: number,
): Promise<LoadResult> {
  failIfLate(deadline);
  const claimed = await claim(transaction, files, runId);
  const mine = files.filter(({ deliveryId }) => claimed.has(deliveryId));
  const loaded = mine.map(({ deliveryId }) => deliveryId);
  const already_loaded = files.filter((file) => !claimed.has(file.deliveryId)).map(({ deliveryId }) => deliveryId);
  const rows = mine.reduce((all, file) => all + file.rows, 0);
  if (rows === 0) return { loaded, already_loaded, rows, inserted: 0, duplicates: 0, conflicts: 0 };

  const timeUp = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
  await stage(transaction, archives.lake, mine, timeUp);
  failIfLate(deadline);
  // Staging has used up some of the time that the statements were given.
  await limitTime(transaction, deadline);
  const inserted = await insertNew(transaction);
  const repeats = inserted < rows ? await settleRepeats(transaction) : [];
  const sum = (of: 'duplicates' | 'conflicts') => repeats.reduce((all, repeat) => all + repeat[of], 0);
  const [duplicates, conflicts] = [sum('duplicates'), sum('conflicts')];
  if (inserted + duplicates + conflicts !== rows)
    throw new Error(
      `Expected ${rows} rows = inserted + duplicates + conflicts, got ${inserted} + ${duplicates} + ` +
        `${conflicts}; were rows of warehouse.fact_orders changed or deleted meanwhile?`,
    );
  await writeConflicts(transaction, archives, mine, repeats, timeUp);
  return { loaded, already_loaded, rows, inserted, duplicates, conflicts };
}

function failIfLate(deadline: number): void {
  if (Date.now() >= deadline)
    throw new Error('The load ran out of time and was rolled back; load fewer files at once.');
}
