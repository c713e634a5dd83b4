/** Lists the files of the lake that are committed and not yet in the warehouse, in chunks that one call can load. */
import type { Pool } from '#adapters/postgres/index.ts';
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

export async function listNewFiles(pool: Pool): Promise<{ chunks: Chunk[]; files: number }> {
  const { rows } = await pool.query<NewFile>(
    `select delivery_id, accepted as rows
     from ledger.deliveries
     where consumer = $1 and state = 'committed' and object_key is not null
       and not exists (select from ledger.loads where loads.delivery_id = deliveries.delivery_id)
     order by delivery_id
     limit $2`,
    [streams.orders.consumer, LISTED_FILES],
  );
  return { chunks: cutIntoChunks(rows), files: rows.length };
}

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
