/** The loading's progress, for people. */
import type { Pool } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';

export interface Progress {
  readonly processed_files: number;
  /** The newest file that was loaded. */
  readonly last_key: string | null;
  /** Every file that was committed until then is loaded; ISO 8601. */
  readonly watermark: string | null;
  readonly rows: number;
}

export async function progress(pool: Pool): Promise<Progress> {
  const { rows } = await pool.query<Omit<Progress, 'watermark'> & { watermark: Date | null }>(PROGRESS, [
    streams.orders.consumer,
  ]);
  const [state] = rows;
  if (!state) throw new Error('Expected one row of totals from PostgreSQL, got none.');
  return { ...state, watermark: state.watermark?.toISOString() ?? null };
}

const PROGRESS = `
  with files as (
    select delivery_id, object_key, committed_at, loads.rows
    from ledger.deliveries
    left join ledger.loads using (delivery_id)
    where consumer = $1 and state = 'committed' and object_key is not null
  ),
  waiting as (
    select min(committed_at) as since from files where rows is null
  )
  select
    count(*) as processed_files,
    (array_agg(object_key order by delivery_id desc))[1] as last_key,
    max(committed_at) filter (where waiting.since is null or committed_at < waiting.since) as watermark,
    coalesce(sum(rows), 0)::bigint as rows
  from files, waiting
  where rows is not null`;
