/**
 * Gives up connections on which the server is silent. A failover or a proxy may leave a connection half-open: it takes what is
 * sent and brings no answer, for minutes to hours, since only the other side could say that it is closed.
 */
import type pg from 'pg';

/** A server that works answers `select 1` in milliseconds. If it is busy, a new connection costs less than a failed batch. */
const ANSWERS_WITHIN_MS = 3_000;

/** For the answer to a goodbye, which a silent server doesn't give. */
const GOODBYE_MS = 1_000;

/** Runs `work`; if it takes longer, closes the connection, so that whatever waits for an answer on it fails with the reason. */
export async function cutAfter<T>(
  { connection }: Pick<pg.PoolClient, 'connection'>,
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const timer = setTimeout(() => {
    const seconds = Math.round(milliseconds / 100) / 10;
    connection.stream.destroy(new Error(`PostgreSQL did not answer within ${seconds} s; the connection was given up.`));
  }, milliseconds);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

type Take = (statement: () => string, until: number) => Promise<pg.PoolClient>;

const takers = new WeakMap<pg.Pool, Take>();

/**
 * A connection over which this statement was sent and answered: of one that was used before, it is the question whether the server
 * still answers, which saves a question of its own.
 *
 * @param until when a new connection must have answered, in milliseconds since 1970
 */
export async function takeWith(pool: pg.Pool, statement: () => string, until: number): Promise<pg.PoolClient> {
  const take = takers.get(pool);
  if (take) return take(statement, until);
  // A pool that `checkBeforeUse` doesn't know, such as one around another.
  const client = await pool.connect();
  try {
    await client.query(statement());
    return client;
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

/**
 * Makes the pool ask a connection that was used before whether the server still answers, and hand out another one if not. One
 * that is silent speaks for all that are as old: what broke it has broken these too.
 */
export function checkBeforeUse(pool: pg.Pool): void {
  const numbers = new WeakMap<pg.PoolClient, number>();
  const unused = new WeakSet<pg.PoolClient>();
  let connections = 0;
  let silentUpTo = 0;
  pool.on('connect', (client) => {
    connections += 1;
    numbers.set(client, connections);
    unused.add(client);
    closeSoonAfterEnd(client);
  });
  // Nobody took it if who had waited for it gave up.
  pool.on('release', (_, client) => unused.delete(client));

  const take = pool.connect.bind(pool);
  /** A connection that was used before, and has answered; or a new one, as it is. */
  const takeAnswering = async (statement = () => 'select 1') => {
    for (;;) {
      const client = await take();
      if (unused.delete(client)) return { client, isNew: true };
      const number = numbers.get(client) ?? 0;
      const silence =
        number <= silentUpTo
          ? new Error('As old as a connection that was silent.')
          : await silenceOf(client, statement(), ANSWERS_WITHIN_MS);
      if (!silence) return { client, isNew: false };
      client.release(silence);
      silentUpTo = Math.max(silentUpTo, number);
    }
  };
  takers.set(pool, async (statement, until) => {
    const { client, isNew } = await takeAnswering(statement);
    const failure = isNew ? await silenceOf(client, statement(), Math.max(1, until - Date.now())) : undefined;
    if (!failure) return client;
    client.release(failure);
    throw failure;
  });
  // The pool's own `query` gives a function.
  pool.connect = ((done?: (error?: Error, client?: pg.PoolClient, release?: pg.PoolClient['release']) => void) => {
    const answering = takeAnswering().then(({ client }) => client);
    if (!done) return answering;
    answering.then((client) => done(undefined, client, client.release), done);
  }) as typeof pool.connect;
}

/** @returns why the connection can't be used; undefined if it answers */
async function silenceOf(client: pg.PoolClient, statement: string, within: number): Promise<Error | undefined> {
  // Without a listener, the event would end the process; the query fails with the same error.
  const ignore = () => {};
  client.on('error', ignore);
  try {
    await cutAfter(client, within, () => client.query(statement));
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    client.off('error', ignore);
  }
}

/** A process can't end while a socket is open. */
function closeSoonAfterEnd(client: pg.PoolClient): void {
  const end = client.end.bind(client) as (...done: unknown[]) => Promise<void>;
  client.end = ((...done: unknown[]) => {
    setTimeout(() => client.connection.stream.destroy(), GOODBYE_MS).unref();
    return end(...done);
  }) as typeof client.end;
}
