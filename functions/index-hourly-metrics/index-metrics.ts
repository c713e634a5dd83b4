/** Makes the index equal to the view payments.hourly_metrics. */
import { createIndex, HOURLY_METRICS, type HourlyMetrics, indexOf, turnAlias } from '#adapters/hourly-metrics.ts';
import { inTransaction, limitTime, type Pool, type Transaction } from '#adapters/postgres.ts';
import { type BulkOptions, readAll, type Search, writeAll } from '#adapters/search.ts';
import { plan, writesOf } from './plan.ts';

export interface IndexOptions extends BulkOptions {
  /** Milliseconds that all of it may take. */
  readonly timeLeft: number;
  /** What readers ask for ("hourly_metrics"). */
  readonly alias?: string;
}

export interface Indexed {
  /** Rows of the view, and now documents of the index. */
  readonly hours: number;
  readonly indexed: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Items that the server had no room for at first. */
  readonly repeated: number;
  /** Whether a new index got a lifecycle policy; missing if the index was there. */
  readonly lifecycle?: boolean;
}

/** Can be repeated, and repeating it changes nothing. Readers see a new index when it is full. */
export async function indexMetrics(pool: Pool, search: Search, options: IndexOptions): Promise<Indexed> {
  const { alias = HOURLY_METRICS, timeLeft, ...bulk } = options;
  const index = indexOf(alias);
  return inTransaction(pool, async (transaction) => {
    await limitTime(transaction, timeLeft);
    // Of two runs at once the one that read the view first might write last.
    await transaction.query('select pg_advisory_xact_lock(hashtext($1))', [`index ${index}`]);
    const created = await createIndex(search, alias);
    const view = await readView(transaction);
    const planned = plan(view, (await readAll(search, index)) ?? []);
    const repeated = await writeAll(search, index, writesOf(planned), bulk);
    await search.indices.refresh({ index });
    await turnAlias(search, alias);
    return {
      hours: view.length,
      indexed: planned.index.length,
      deleted: planned.remove.length,
      unchanged: planned.unchanged,
      repeated,
      ...created,
    };
  });
}

/** Hours in which the index is not what the view is; 0 after `indexMetrics`, unless somebody else writes to either. */
export async function countDiffering(pool: Pool, search: Search, alias = HOURLY_METRICS): Promise<number> {
  const { index, remove } = plan(await readView(pool), (await readAll(search, indexOf(alias))) ?? []);
  return index.length + remove.length;
}

async function readView(database: Pick<Transaction, 'query'>): Promise<HourlyMetrics[]> {
  const { rows } = await database.query<HourlyMetrics>(`
    select
      to_char(event_hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as event_hour,
      total_transactions,
      total_amount::float8 as total_amount,
      late_transactions,
      late_ratio::float8 as late_ratio
    from payments.hourly_metrics
    order by event_hour`);
  return rows;
}
