/** PostgreSQL: a pool that logs in with IAM or the role's secret, and transactions. */
import pg from 'pg';
import type { DatabaseConfiguration } from '../configuration.ts';
import { currentSigner, databaseToken } from '../iam-login.ts';
import { readLogin } from '../secrets.ts';
import { checkBeforeUse, cutAfter, takeWith } from './silence.ts';

export type Pool = pg.Pool;
export type Transaction = pg.PoolClient;

const INT8 = 20;

/** int8 as number: offsets, ids and counts stay far below 2^53; anything beyond is refused, not rounded. */
pg.types.setTypeParser(INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} from PostgreSQL does not fit a safe integer`);
  return value;
});

/**
 * A pool for one execution environment of a function. Connections are made when first used; each new one signs a token
 * or reads the secret again, so a rotated password is picked up.
 *
 * @param size connections at most; a function handles one batch at a time, so few are enough
 */
export function connect(configuration: DatabaseConfiguration, size = 4): Pool {
  const { host, port, database, user, tls } = configuration;
  return openPool({
    host,
    port,
    database,
    user,
    password: () => passwordOf(configuration),
    max: size,
    ssl: tls === 'require',
  });
}

/** As long as Lambda lets a function run: no statement of ours takes longer. */
const LONGEST_STATEMENT_MS = 15 * 60_000;

/** A pool from plain settings, for tools and tests that hold the password themselves. */
export function openPool(settings: pg.PoolConfig): Pool {
  const pool = new pg.Pool({
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    query_timeout: LONGEST_STATEMENT_MS,
    // The first probe; ten more follow, a second apart.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...settings,
  });
  checkBeforeUse(pool);
  // The server may close an idle connection, which is replaced at the next use. Without a listener, the event would end
  // the process.
  pool.on('error', () => {});
  return pool;
}

/** For a rollback, which is not sent before the statement ahead of it is answered. */
const ROLLBACK_MS = 2_000;

/**
 * Runs `work` in one transaction: commits when it returns, rolls back when it throws. A connection that does not answer is
 * closed, and never given back to the pool.
 *
 * @param mode such as `isolation level repeatable read read only`, for reading one consistent state
 * @param until when the connection is closed if the transaction has not ended, in milliseconds since 1970
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (transaction: Transaction) => Promise<T>,
  mode = '',
  until = Date.now() + LONGEST_STATEMENT_MS,
): Promise<T> {
  return begunBy(pool, () => `begin ${mode}`, work, until);
}

async function begunBy<T>(
  pool: Pool,
  begin: () => string,
  work: (transaction: Transaction) => Promise<T>,
  until: number,
): Promise<T> {
  const client = await takeWith(pool, begin, until);
  let broken: Error | undefined;
  // While it is checked out, a connection that breaks between two queries has no other listener.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    if (until <= Date.now()) throw new Error('The time for this transaction was up before it began.');
    return await cutAfter(client, until - Date.now(), async () => {
      const result = await work(client);
      // The server rolls back a transaction in which a statement has failed, and calls that no error.
      const { command } = await client.query('commit');
      if (command !== 'COMMIT')
        throw new Error(
          `Expected COMMIT as the answer to commit, got ${command}: a statement failed, its error was caught, and the work ` +
            'went on. Nothing of it took effect: let it throw the error, or roll back to a savepoint.',
        );
      return result;
    });
  } catch (error) {
    await cutAfter(client, ROLLBACK_MS, () => client.query('rollback')).catch((cause: Error) => {
      broken ??= cause;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** The time for work that was given no deadline. */
const LONGEST_MS = 60_000;

export const aMinuteFromNow = (): number => Date.now() + LONGEST_MS;

/** Between the server's end of a statement at the deadline and ours, which is for a server that is silent. */
const SERVER_FIRST_MS = 500;

/**
 * A transaction that the server ends at the deadline: a function that Lambda stopped or froze in the middle must not keep
 * its locks, for which the batch's next delivery waits. If the server is silent, its connection is closed a little later.
 *
 * @param deadline milliseconds since 1970; a minute from now if absent
 * @param mode as for `inTransaction`
 */
export function inTransactionUntil<T>(
  pool: Pool,
  deadline = aMinuteFromNow(),
  work: (transaction: Transaction) => Promise<T>,
  mode = '',
): Promise<T> {
  // In one message: a small batch costs mainly its round trips.
  return begunBy(pool, () => `begin ${mode}; ${limits(deadline)}`, work, deadline + SERVER_FIRST_MS);
}

/**
 * Limits the rest of the transaction, so that it ends before Lambda ends the function. If the function is frozen all the
 * same, its locks must go: the transaction's timeout ends the session, or TCP keepalives do where the server waits for
 * COPY's data and checks no timeout.
 *
 * @param deadline when the last statement must have ended, in milliseconds since 1970; the transaction gets a little
 *   more, for a rollback
 */
export async function limitTime(transaction: Transaction, deadline: number): Promise<void> {
  await transaction.query(limits(deadline));
}

function limits(deadline: number): string {
  const milliseconds = Math.max(1, deadline - Date.now());
  return `
    select set_config('statement_timeout', '${milliseconds}', true),
           set_config('transaction_timeout', '${milliseconds + 2_000}', true),
           set_config('tcp_keepalives_idle', '20', true), set_config('tcp_keepalives_interval', '5', true),
           set_config('tcp_keepalives_count', '4', true)`;
}

/**
 * Runs these statements, each with a snapshot of its own, in one message, which takes no parameters.
 *
 * @returns a result for each
 */
export async function queryTogether(
  transaction: Transaction,
  statements: readonly string[],
): Promise<pg.QueryResult[]> {
  // With several statements, the client gives a list, which its types don't know.
  return (await transaction.query(statements.join(';\n'))) as unknown as pg.QueryResult[];
}

/** A text as a name in SQL. */
export const identifier = (text: string): string => pg.escapeIdentifier(text);

/** A text as a literal of SQL. */
export const literal = (text: string): string => pg.escapeLiteral(text);

/** The password for one connection. */
async function passwordOf({ login, ...where }: DatabaseConfiguration): Promise<string> {
  if (login.kind === 'iam') return databaseToken(await currentSigner(), where);
  return (await readLogin(login.secretId)).password;
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
/** After lock_timeout, which only a transaction that sets it has. */
const LOCK_NOT_AVAILABLE = '55P03';
const RETRIED: readonly string[] = [SERIALIZATION_FAILURE, DEADLOCK, LOCK_NOT_AVAILABLE];

/** What a transaction throws that another has overtaken: `retryTransaction` tries it again, as one that PostgreSQL ended. */
export const overtaken = (by: string): Error =>
  Object.assign(new Error(`Expected nobody to come in between: ${by}. Whoever runs the transaction tries it again.`), {
    code: SERIALIZATION_FAILURE,
  });

/**
 * Retries a transaction that PostgreSQL ended for a lock or a serialization failure; nothing of it took effect.
 *
 * @param also other codes of errors for which it is retried
 */
export async function retryTransaction<T>(
  attempts: number,
  attempt: () => Promise<T>,
  also: readonly string[] = [],
): Promise<T> {
  for (let left = attempts - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (left <= 0 || ![...RETRIED, ...also].includes(code)) throw error;
    }
  }
}
