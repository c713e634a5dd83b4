/** Derives payments.transactions_clean from payments.transactions: the hours that changed, or all. */
import { inTransactionUntil, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';

export interface Transformation {
  /** Rebuild all hours. */
  readonly full: boolean;
  /** When its transaction must have ended, in milliseconds since 1970; a minute from now if absent. */
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
 * One transaction: whoever reads meanwhile sees the table as it was, then as it is. Of two at once the second waits.
 * Storing goes on meanwhile.
 *
 * @throws if the table's columns are not those of sql/transforms/transactions_clean.sql
 */
export async function transform(pool: Pool, { full, deadline }: Transformation): Promise<Transformed> {
  const model = await readModel('transactions_clean');
  return inTransactionUntil(pool, deadline, async (transaction) => {
    await transaction.query(TAKE_TURNS);
    const { rowCount: hours } = await transaction.query(TAKE_HOURS);
    if (!full && !hours) return { hours: 0, rows: 0, full };
    await transaction.query('analyze taken');
    if (!full) await transaction.query(BY_INDEX);
    const { rowCount: rows } = full
      ? await transaction.query(DELETE_ALL).then(() => transaction.query(insertAll(model)))
      : await rebuildTaken(transaction, model);
    await transaction.query(full ? NOTE_ALL : noteHours('select event_hour from taken'));
    await transaction.query(GIVE_BACK);
    return { hours: hours ?? 0, rows: rows ?? 0, full };
  });
}

/**
 * The hours are rebuilt beside the table, and only what differs is written: of an hour that got a late payment, nearly
 * all rows stand there already, and each row written costs four indexes.
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

/** Of transformations only: a lock of the table itself would end an autovacuum of it each time. */
const TAKE_TURNS = "select pg_advisory_xact_lock('payments.transactions_clean'::regclass::bigint)";

/**
 * What is committed of an hour by now is seen by the statements that follow. The rows of changed_hours are not locked, or
 * storing would wait for the transformation.
 */
const TAKE_HOURS = `
  create temporary table taken on commit drop as select event_hour, changed_at from payments.changed_hours`;

/**
 * The planner can't tell how few transactions an hour has of all and would read the whole table, more of it every hour;
 * at the price that it sets on that, it would also compile the statement.
 */
const BY_INDEX = 'set local enable_seqscan = off; set local jit = off';

/** Not \`truncate\`: to a reader whose snapshot is older, the table would be empty. */
const DELETE_ALL = 'delete from payments.transactions_clean';

const COLUMNS = `
  transaction_id, user_id, amount, currency, status, event_time, processing_time, event_date, event_hour,
  latency_seconds, is_late, is_ahead`;

const insertAll = (model: string): string => `
  insert into payments.transactions_clean (${COLUMNS})
  select ${COLUMNS} from (${model}) as model`;

/**
 * The hours are given as ranges of event_time, by which the index finds them. The model has a `with`, so PostgreSQL plans
 * it on its own; `lateral` hands the hour into it, and `offset 0` keeps it from being turned into a join again, for
 * which every transaction was read.
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

/** Both sides are set apart first, so that comparing them can't lead the planner through the whole table. */
const FIND_PRESENT = `
  create temporary table present on commit drop as
  select ctid as place, * from payments.transactions_clean where event_hour = any(array(select event_hour from taken))`;

const row = (table: string): string => `(${COLUMNS.replaceAll(/\w+/g, (column) => `${table}.${column}`)})`;

/** By their place, which nobody changes meanwhile: only transformations write the table, and they take turns. */
const DELETE_OTHERS = `
  delete from payments.transactions_clean
  where ctid = any(array(
    select present.place
    from present
    left join rebuilt using (event_hour, transaction_id)
    where ${row('rebuilt')} is distinct from ${row('present')}
  ))`;

/**
 * Within an hour in the order of users, so that each page of their index, which grows with all history, is visited once;
 * the rows of an hour stand together, for those who read hours.
 */
const INSERT_MISSING = `
  insert into payments.transactions_clean (${COLUMNS})
  select ${row('rebuilt').slice(1, -1)}
  from rebuilt
  left join present using (event_hour, transaction_id)
  where ${row('rebuilt')} is distinct from ${row('present')}
  order by rebuilt.event_hour, rebuilt.user_id`;

/** Whoever shows these hours to others then knows that they may have changed (011_indexed_hours.sql). */
const noteHours = (hours: string): string => `
  insert into payments.transformed_hours (event_hour, transformed_at)
  select event_hour, clock_timestamp() from (${hours}) as hours
  on conflict (event_hour) do update set transformed_at = excluded.transformed_at`;

/** Those too that have no transactions any more. */
const NOTE_ALL = noteHours(`
  select event_hour from payments.transactions_clean
  union
  select event_hour from payments.transformed_hours`);

/**
 * An hour that was marked again since it was taken, or is being marked, stays for the next run: its new transactions may
 * have been missed.
 */
const GIVE_BACK = `
  delete from payments.changed_hours
  where event_hour in (
    select event_hour
    from payments.changed_hours
    join taken using (event_hour, changed_at)
    for update of changed_hours skip locked
  )`;
