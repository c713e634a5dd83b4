/**
 * Keeps the views of sql/views as their files say; readers see the old ones until the transaction commits. The deployment keeps the
 * files' text in the database (024_least_privilege.sql), and whoever refreshes the views can make no others: a view runs the functions
 * that it names as whoever selects from it. They are made in the order of their names: a view that reads another comes after it.
 */
import {
  aMinuteFromNow,
  inTransactionUntil,
  type Pool,
  retryTransaction,
  type Transaction,
} from '#adapters/postgres/index.ts';
import type { SqlFile } from './folder.ts';

/**
 * At deployment: from now on the views are those of the files.
 *
 * @param pool of the owner of the schemas
 * @param deadline when it must have given up, in milliseconds since 1970; a minute from now if absent
 * @returns their names
 */
export function createViews(pool: Pool, files: readonly SqlFile[], deadline?: number): Promise<string[]> {
  const wanted = [files.map(nameOf), files.map(relationOf), files.map(({ sql }) => sql)];
  return untilFree(pool, deadline, async (transaction) => {
    await transaction.query(KEEP, wanted);
    return refresh(transaction);
  });
}

/**
 * Replaces the views that aren't as they were made, as soon as no transaction reads them. The others aren't locked: replacing a
 * view excludes its readers, and one that has read another view before would be in a deadlock with it.
 *
 * @param deadline when it must have given up, in milliseconds since 1970; a minute from now if absent
 * @returns the names of all
 */
export const refreshViews = (pool: Pool, deadline?: number): Promise<string[]> => untilFree(pool, deadline, refresh);

async function refresh(transaction: Transaction): Promise<string[]> {
  const { rows } = await transaction.query<{ name: string }>(
    'select refresh_views as name from public.refresh_views()',
  );
  return rows.map(({ name }) => name);
}

/** Tries again, as long as others hold a lock that it needs. At the deadline another error ends it. */
function untilFree<T>(
  pool: Pool,
  deadline = aMinuteFromNow(),
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return retryTransaction(Number.POSITIVE_INFINITY, () => inTransactionUntil(pool, deadline, work));
}

const nameOf = ({ name }: SqlFile): string => name.replace(/\.sql$/, '');

function relationOf({ name, sql }: SqlFile): string {
  const relation = /create or replace view (\S+)/.exec(sql)?.[1];
  if (relation === undefined) throw new Error(`Expected "create or replace view" in sql/views/${name}, found none.`);
  return relation;
}

/** A view whose file is gone stays until a migration drops it. */
const KEEP = `
  with files as (
    select * from unnest($1::text[], $2::text[], $3::text[]) as file (name, relation, definition)
  ),
  forgotten as (
    delete from public.views where name <> all($1)
  )
  insert into public.views (name, relation, definition)
  select name, relation, definition from files
  on conflict (name) do update set relation = excluded.relation, definition = excluded.definition, installed = null
  where (views.relation, views.definition) <> (excluded.relation, excluded.definition)`;
