/** Keeps the views of sql/views as their files say; readers see the old ones until the transaction commits. */
import { createHash } from 'node:crypto';
import {
  aMinuteFromNow,
  inTransactionUntil,
  type Pool,
  retryTransaction,
  type Transaction,
} from '#adapters/postgres/index.ts';
import type { SqlFile } from './folder.ts';

/** Owns the views, since the function run-transformations replaces them after each transformation. */
const OWNER = 'run_transformations';

export interface ViewOptions {
  /** When it must have given up, in milliseconds since 1970; a minute from now if absent. */
  readonly deadline?: number | undefined;
  /** By the owner of the schemas, at deployment, so that a view is there before the first transformation. */
  readonly asAdmin?: boolean;
}

/**
 * Replaces the views that aren't as their files say, as soon as no transaction reads them. The others aren't locked: replacing a
 * view excludes its readers, and one that has read another view before would be in a deadlock with it.
 *
 * @param pool of the owner of the views, unless `asAdmin`
 * @returns the names of all
 */
export async function createViews(
  pool: Pool,
  files: readonly SqlFile[],
  { deadline = aMinuteFromNow(), asAdmin = false }: ViewOptions = {},
): Promise<string[]> {
  const attempt = () =>
    inTransactionUntil(pool, deadline, async (transaction) => {
      if (asAdmin) await becomeOwner(transaction);
      await transaction.query(TAKE_TURNS);
      for (const file of files) await createView(transaction, file);
    });
  // At the deadline another error ends it.
  await retryTransaction(Number.POSITIVE_INFINITY, attempt);
  return files.map(({ name }) => name.replace(/\.sql$/, ''));
}

async function becomeOwner(transaction: Transaction): Promise<void> {
  // A role with createrole may grant itself membership, but does not have it by that alone.
  await transaction.query(`grant ${OWNER} to current_user`);
  await transaction.query(`set local role ${OWNER}`);
}

async function createView(transaction: Transaction, { name, sql }: SqlFile): Promise<void> {
  const view = /create or replace view (\S+)/.exec(sql)?.[1];
  if (view === undefined) throw new Error(`Expected "create or replace view" in sql/views/${name}, found none.`);
  const before = await readInstalled(transaction, view);
  if (before?.fingerprint === fingerprint(sql, before)) return;
  try {
    await transaction.query(sql);
  } catch (cause) {
    const { code, message } = cause as Error & { code?: string };
    throw Object.assign(new Error(`View ${name} can't be made: ${message}`, { cause }), { code });
  }
  const installed = await readInstalled(transaction, view);
  // On the view's rule, since the view's own comment is for people.
  await transaction.query(`comment on rule "_RETURN" on ${view} is '${fingerprint(sql, installed)}'`);
}

/**
 * Refreshes take turns. A lock that isn't had at once is given up and tried for again, in less time than the second after which
 * PostgreSQL looks for a deadlock and may end the reader.
 */
const TAKE_TURNS = `
  select pg_advisory_xact_lock(hashtext('sql/views')), set_config('lock_timeout', '300ms', true)`;

interface Installed {
  readonly definition: string;
  readonly grants: string | null;
  readonly fingerprint: string | null;
}

async function readInstalled(transaction: Transaction, view: string): Promise<Installed | undefined> {
  const { rows } = await transaction.query<Installed>(INSTALLED, [view]);
  return rows[0];
}

const INSTALLED = `
  select
    pg_get_viewdef(pg_class.oid) as definition,
    relacl::text as grants,
    obj_description(pg_rewrite.oid, 'pg_rewrite') as fingerprint
  from pg_class
  inner join pg_rewrite on ev_class = pg_class.oid and rulename = '_RETURN'
  where pg_class.oid = to_regclass($1)`;

/** Of the file and of what it made, so that a view that somebody else has changed is replaced too. */
function fingerprint(sql: string, installed: Installed | undefined): string {
  const made = [sql, installed?.definition, installed?.grants];
  return createHash('sha256').update(JSON.stringify(made)).digest('hex');
}
