/** Applies sql/migrations in order, each once. Forward only: the next migration corrects a mistake. */
import { createHash } from 'node:crypto';
import {
  aMinuteFromNow,
  inTransactionUntil,
  type Pool,
  retryTransaction,
  type Transaction,
} from '#adapters/postgres/index.ts';
import type { SqlFile as Migration } from './folder.ts';

export { readSqlFiles as readMigrations } from './folder.ts';

/**
 * Applies the pending migrations in one transaction. Concurrent deployments take turns. It tries again, as long as
 * PostgreSQL ends it for another's lock.
 *
 * @param deadline when it must have ended, in milliseconds since 1970; a minute from now if absent
 * @returns the names of the migrations that this call applied
 * @throws if a migration that was applied has been changed since
 */
export async function migrate(
  pool: Pool,
  migrations: readonly Migration[],
  deadline = aMinuteFromNow(),
): Promise<string[]> {
  await makeTable(pool, deadline);
  const apply = (transaction: Transaction) => applyPending(transaction, migrations);
  return retryTransaction(Number.POSITIVE_INFINITY, () => inTransactionUntil(pool, deadline, apply));
}

async function applyPending(transaction: Transaction, migrations: readonly Migration[]): Promise<string[]> {
  await transaction.query('lock table public.migrations in share row exclusive mode');
  const applied = await appliedMigrations(transaction);
  const pending = migrations.filter((migration) => isPending(migration, applied));
  if (pending.length > 0) await holdConsumers(transaction);
  for (const { name, sql } of pending) {
    await transaction.query(sql).catch((cause: Error & { code?: string }) => {
      throw Object.assign(new Error(`Migration ${name} failed: ${cause.message}`, { cause }), { code: cause.code });
    });
    await transaction.query('insert into public.migrations (name, sha256) values ($1, $2)', [name, sha256(sql)]);
  }
  return pending.map(({ name }) => name);
}

/**
 * A consumer locks its partition before it uses any other table. The migrations change those tables in an order of their own, so
 * they wait for the consumers here, and the next consumers for them: in the middle of each other they would be in a deadlock.
 */
async function holdConsumers(transaction: Transaction): Promise<void> {
  const { rows } = await transaction.query<{ exists: boolean }>(
    `select to_regclass('ledger.partitions') is not null as exists`,
  );
  if (rows[0]?.exists) await transaction.query('lock table ledger.partitions in access exclusive mode');
}

async function makeTable(pool: Pool, deadline: number): Promise<void> {
  const make = `
    create table if not exists public.migrations (
      name text primary key, sha256 text not null, applied_at timestamptz not null default clock_timestamp()
    )`;
  await inTransactionUntil(pool, deadline, (transaction) => transaction.query(make)).catch(async (error) => {
    // Another deployment may have made it since this one looked, which PostgreSQL reports in several ways.
    const { rowCount } = await pool.query("select where to_regclass('public.migrations') is not null");
    if (rowCount === 0) throw error;
  });
}

async function appliedMigrations(transaction: Transaction): Promise<Map<string, string>> {
  const { rows } = await transaction.query<{ name: string; sha256: string }>(
    'select name, sha256 from public.migrations',
  );
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

function isPending({ name, sql }: Migration, applied: ReadonlyMap<string, string>): boolean {
  const before = applied.get(name);
  if (before === undefined) return true;
  if (before !== sha256(sql))
    throw new Error(`Migration ${name} was changed after it had been applied; put the change into a new migration.`);
  return false;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
