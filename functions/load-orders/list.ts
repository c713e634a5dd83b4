/** Lists the files of the lake that are committed and not yet in the warehouse, in chunks that one call can load. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';

const CHUNK_ROWS = 200_000;
const CHUNK_FILES = 200;
/** Files that one call lists at most; the next run of the DAG lists the rest. */
const LISTED_FILES = 10_000;

export interface NewFile {
  readonly delivery_id: number;
  readonly rows: number;
}

export interface Chunk {
  readonly chunk: number;
  readonly delivery_ids: number[];
  readonly rows: number;
}

/** @param deadline when it must have ended, in milliseconds since 1970; a minute from now if absent */
export async function listNewFiles(pool: Pool, deadline?: number): Promise<{ chunks: Chunk[]; files: number }> {
  const { rows } = await inTransactionUntil(pool, deadline, async (transaction) => {
    await transaction.query(BACKWARDS);
    return transaction.query<NewFile>(NEW_FILES, [streams.orders.consumer, LISTED_FILES]);
  });
  return { chunks: cutIntoChunks(rows), files: rows.length };
}

/** The planner, which can't know where they are, would read all deliveries and sort them, and compile a statement that it takes for large. */
const BACKWARDS = "select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)";

/**
 * The totals say how many wait. These are nearly always the newest, so the ledger is read backwards until they are found, and not at all
 * if none wait: what a list costs doesn't depend on the history. `offset 0` keeps conditions out of the inner query, for which there would
 * be other indexes; as a scalar subquery the look for a load stays one by the key.
 */
const NEW_FILES = `
  with waiting as (
    select greatest(0,
      (select coalesce(sum(objects), 0) from ledger.delivery_totals where consumer = $1)
      - (select coalesce(sum(loads), 0) from ledger.load_totals where consumer = $1)
    ) as files
  ),
  newest as (
    select delivery_id, rows
    from (
      select delivery_id, consumer, state, object_key, accepted as rows
      from ledger.deliveries
      order by delivery_id desc
      offset 0
    ) as backwards
    where
      consumer = $1 and state = 'committed' and object_key is not null
      and (select loads.delivery_id from ledger.loads where loads.delivery_id = backwards.delivery_id) is null
    limit (select files from waiting)
  )
  select delivery_id, rows from newest order by delivery_id limit $2`;

/** Cuts files, in their order, where a chunk would get too large; a larger file is a chunk of its own. */
export function cutIntoChunks(files: readonly NewFile[]): Chunk[] {
  const chunks: Chunk[] = [];
  let rows = 0;
  let ids: number[] = [];
  const close = () => {
    if (ids.length > 0) chunks.push({ chunk: chunks.length, delivery_ids: ids, rows });
    rows = 0;
    ids = [];
  };
  for (const file of files) {
    if (ids.length === CHUNK_FILES || rows + file.rows > CHUNK_ROWS) close();
    rows += file.rows;
    ids.push(file.delivery_id);
  }
  close();
  return chunks;
}
