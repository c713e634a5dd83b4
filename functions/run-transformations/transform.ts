/** Derives payments.transactions_clean from payments.transactions: the hours that changed, or all. */
import { aMinuteFromNow, inTransactionUntil, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { takeTurn } from '#delivery/turns.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';

export interface Transformation {
  /** Rebuild all hours. */
  readonly full: boolean;
  /** When its last transaction must have ended, in milliseconds since 1970; a minute from now if absent. */
  readonly deadline?: number;
}

export interface Transformed {
  /** Hours that were rebuilt because they had changed; with `full`, all are rebuilt whether they had or not. */
  readonly hours: number;
  /** Rows that were written. */
  readonly rows: number;
  readonly full: boolean;
}

/**
 * A day's hours in a transaction: another lateness changes hours of all history, and what was done must stay when the time is up.
 */
export const HOURS_AT_ONCE = 24;

/** What `transformSome` did, and the earliest of its hours. */
export interface Part extends Transformed {
  readonly earliest?: string | undefined;
}

/**
 * Transforms as many hours as fit in the time, the newest first, each once; what is left then waits for the next run, as of now.
 *
 * @throws if the table's columns are not those of sql/transforms/transactions_clean.sql
 */
export async function transform(
  pool: Pool,
  { full, deadline = aMinuteFromNow() }: Transformation,
): Promise<Transformed> {
  let [hours, rows] = [0, 0];
  // Late payments mark the newest hours again all the time: a run that took these again would never come to the older ones.
  let before: string | undefined;
  for (;;) {
    const began = Date.now();
    const some = await transformSome(pool, { full, deadline }, before);
    before = some.earliest;
    hours += some.hours;
    rows += some.rows;
    if (full || some.hours < HOURS_AT_ONCE) return { hours, rows, full };
    // The next ones may take twice as long.
    if (Date.now() + 2 * (Date.now() - began) < deadline) continue;
    await postpone(pool, deadline, before);
    return { hours, rows, full };
  }
}

/** Tells the proof that hours before this one wait for the next run: this one had no time for them. After a day they are overdue all the same. */
export const postpone = (pool: Pool, deadline: number, before = ALL_OF_THEM): Promise<unknown> =>
  inTransactionUntil(pool, deadline, (transaction) => transaction.query(POSTPONE, [before]));

/**
 * The newest changed hours before an hour, or all, in one transaction: readers see them before or after, never in between.
 * Concurrent transformations take turns; payments are stored meanwhile.
 */
export async function transformSome(
  pool: Pool,
  { full, deadline }: Required<Transformation>,
  before = ALL_OF_THEM,
): Promise<Part> {
  const model = await readModel('transactions_clean');
  return inTransactionUntil(pool, deadline, async (transaction) => {
    // Not a lock on the table itself, which would cancel its autovacuum each time.
    await takeTurn(transaction, 'run-transformations');
    const { rowCount: hours } = await transaction.query(takeHours(full), [before]);
    if (!full && !hours) return { hours: 0, rows: 0, full };
    await transaction.query('analyze taken');
    if (!full) await transaction.query(BY_INDEX);
    const { rowCount: rows } = full
      ? await transaction.query(DELETE_ALL).then(() => transaction.query(insertAll(model)))
      : await rebuildTaken(transaction, model);
    await transaction.query(full ? NOTE_ALL : noteHours('select event_hour from taken'));
    await transaction.query(GIVE_BACK);
    const { rows: taken } = await transaction.query<{ earliest?: string }>(EARLIEST);
    return { hours: hours ?? 0, rows: rows ?? 0, full, earliest: taken[0]?.earliest };
  });
}

/**
 * Rebuilds the hours in a temporary table and writes only the rows that differ: after a late payment nearly all rows of its hour
 * are right already, and each written row costs four indexes.
 */
async function rebuildTaken(transaction: Transaction, model: string) {
  await transaction.query(buildTaken(model));
  await transaction.query(FIND_PRESENT);
  await transaction.query('analyze rebuilt (event_hour, transaction_id), present (event_hour, transaction_id)');
  await transaction.query(DELETE_OTHERS);
  return transaction.query(INSERT_MISSING);
}

async function readModel(name: string): Promise<string> {
  const files = await readSqlFiles(sqlFolder('transforms'));
  const file = files.find((each) => each.name === `${name}.sql`);
  if (!file) throw new Error(`sql/transforms has no ${name}.sql; the bundle of run-transformations must carry it.`);
  return file.sql;
}

/**
 * The statements that follow see everything of these hours that is committed by now. The rows of changed_hours are not locked,
 * or storing would wait for the transformation.
 */
const takeHours = (all: boolean): string => `
  create temporary table taken on commit drop as
  select event_hour, changed_at
  from payments.changed_hours
  where event_hour < $1
  order by event_hour desc
  limit ${all ? 'all' : HOURS_AT_ONCE}`;

const EARLIEST = 'select min(event_hour)::text as earliest from taken';

/** An hour that no payment has. */
const ALL_OF_THEM = 'infinity';

/**
 * The planner does not know how small a part of the table an hour is, and would scan the whole, growing table; at the cost that it
 * estimates for that, it would also compile the statement.
 */
const BY_INDEX = 'set local enable_seqscan = off; set local jit = off';

/** Not \`truncate\`: a reader with an older snapshot would see an empty table. */
const DELETE_ALL = 'delete from payments.transactions_clean';

const COLUMNS = `
  transaction_id, user_id, amount, currency, status, event_time, processing_time, event_date, event_hour,
  latency_seconds, is_late, is_ahead`;

const insertAll = (model: string): string => `
  insert into payments.transactions_clean (${COLUMNS})
  select ${COLUMNS} from (${model}) as model`;

/**
 * Selects by ranges of event_time, which have an index. PostgreSQL plans the model on its own, since it has a `with`: `lateral`
 * passes the hour into it, and `offset 0` keeps the planner from turning it back into a join, which read every payment.
 */
const buildTaken = (model: string): string => `
  create temporary table rebuilt on commit drop as
  select ${COLUMNS.replace('event_hour', 'of_hour.event_hour')}
  from taken
  cross join lateral (
    select *
    from (${model}) as model
    where model.event_time >= taken.event_hour and model.event_time < taken.event_hour + interval '1 hour'
    offset 0
  ) as of_hour`;

/** Copies both sides to temporary tables first, so that the comparison can't scan the whole table. */
const FIND_PRESENT = `
  create temporary table present on commit drop as
  select ctid as row_id, * from payments.transactions_clean where event_hour = any(array(select event_hour from taken))`;

const row = (table: string): string => `(${COLUMNS.replaceAll(/\w+/g, (column) => `${table}.${column}`)})`;

/** By ctid, which is stable meanwhile: only transformations write the table, and they take turns. */
const DELETE_OTHERS = `
  delete from payments.transactions_clean
  where ctid = any(array(
    select present.row_id
    from present
    left join rebuilt using (event_hour, transaction_id)
    where ${row('rebuilt')} is distinct from ${row('present')}
  ))`;

/**
 * Ordered by user within an hour, so that each page of the users' index, which grows with all history, is visited once. The rows
 * of an hour stay together, for queries by hour.
 */
const INSERT_MISSING = `
  insert into payments.transactions_clean (${COLUMNS})
  select ${row('rebuilt').slice(1, -1)}
  from rebuilt
  left join present using (event_hour, transaction_id)
  where ${row('rebuilt')} is distinct from ${row('present')}
  order by rebuilt.event_hour, rebuilt.user_id`;

/** Tells the index and the checks which hours may have changed (011_indexed_hours.sql). */
const noteHours = (hours: string): string => `
  insert into payments.transformed_hours (event_hour, transformed_at)
  select event_hour, clock_timestamp() from (${hours}) as hours
  on conflict (event_hour) do update set transformed_at = excluded.transformed_at`;

/** Includes hours that have no payments any more. */
const NOTE_ALL = noteHours(`
  select event_hour from payments.transactions_clean
  union
  select event_hour from payments.transformed_hours`);

/**
 * An hour that was marked again since it was taken, or is being marked now, stays for the next run: this one may have missed its
 * new payments.
 */
const GIVE_BACK = `
  delete from payments.changed_hours
  where event_hour in (
    select event_hour
    from payments.changed_hours
    join taken using (event_hour, changed_at)
    for update of changed_hours skip locked
  )`;

/**
 * A row that a store holds gets a payment now: it waits as long as it has. So does one that was marked more than a day ago: that no run
 * came to it by now is what the proof must say.
 */
const POSTPONE = `
  update payments.changed_hours
  set waiting_since = clock_timestamp()
  where event_hour in (
    select event_hour
    from payments.changed_hours
    where event_hour < $1 and changed_at > clock_timestamp() - interval '1 day'
    for update skip locked
  )`;
