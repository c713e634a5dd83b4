/**
 * A ledger holds the offsets of one Kafka and the objects of one lake. With another Kafka they would name other records, so
 * where any of the three may outlive the others, the ledger's database notes which ones it belongs to, and they note the ledger.
 */
import { randomUUID } from 'node:crypto';
import { openPool, type Transaction } from '#adapters/postgres/index.ts';
import type { PostgresConnection } from '../services/postgres.ts';

/** Each store by a name for people, and what tells it from any other of its kind. */
export type Stores = Readonly<Record<string, string>>;

/** What one ledger has filled, and no other may fill. */
export interface Owned {
  /** For people: "the lake in bucket shop". */
  readonly what: string;
  /** The id of its ledger; undefined if it has none yet. */
  owner(): Promise<string | undefined>;
  /** Makes what is missing, once all is known to belong together. */
  prepare?(): Promise<void>;
  /** Notes it unless another is noted, on the disk when this resolves. @returns the one that is noted */
  claim(ledger: string): Promise<string>;
}

export interface Pair {
  /** By the ledger's own note; undefined if it has none. */
  readonly ledger: string | undefined;
  readonly note: Stores;
  readonly stores: Stores;
  readonly owners: readonly { readonly what: string; readonly owner: string | undefined }[];
  /** Whether the ledger has taken in anything. */
  readonly isUsed: boolean;
  readonly adopt: boolean;
}

/** `npm start`'s own note, in no schema of the product's. */
const NOTE = `
  create table if not exists public.npm_start_stores (
    name text primary key, identity text not null, noted_at timestamptz not null default now()
  )`;
/** The name of the ledger's own id in the note. */
const LEDGER = 'ledger';

/**
 * Notes on both sides what belongs together the first time, and holds them against the notes from then on.
 *
 * @param adopt whether a ledger that is in use and has no note is given one
 * @throws if something belongs to others, before anything is written anywhere; or if another start has taken it meanwhile
 */
export async function requirePair(
  database: PostgresConnection,
  stores: Stores,
  owned: readonly Owned[],
  { adopt = false } = {},
): Promise<void> {
  const pool = openPool({ ...database, max: 1 });
  const connection = await pool.connect();
  try {
    await connection.query('begin');
    const { [LEDGER]: ledger, ...note } = await readNote(connection);
    const owners = await Promise.all(owned.map(async (each) => ({ what: each.what, owner: await each.owner() })));
    const pair = { ...{ ledger, note, stores, owners, adopt }, isUsed: await isUsed(connection) };
    const fault = faultOf(pair);
    if (fault)
      throw new Error(`The ledger in database ${database.database} on ${database.host}:${database.port} ${fault}`);
    const id = ledger ?? owners.find(({ owner }) => owner !== undefined)?.owner ?? randomUUID();
    for (const each of owned) await each.prepare?.();
    await addToNote(connection, { ...stores, [LEDGER]: id });
    // The ledger comes first: what would be claimed for one whose id is noted nowhere could never be used again.
    await connection.query('commit');
    for (const each of owned) {
      if ((await each.claim(id)) === id) continue;
      throw new Error(
        `Another ledger has taken ${each.what} at the same moment, and the one in database ${database.database} is noted as of it too: it can't ` +
          'have any other. Begin anew: drop table public.npm_start_stores there, npx tillstream stop --forget, and start with another bucket.',
      );
    }
  } finally {
    // Ends what was not committed.
    connection.release(true);
    await pool.end();
  }
}

/** @returns why these can't be used together, after "The ledger …"; undefined if they can */
export function faultOf({ ledger, note, stores, owners, isUsed, adopt }: Pair): string | undefined {
  const names = Object.keys(stores);
  const others = names.filter((name) => note[name] !== undefined && note[name] !== stores[name]);
  if (others.length > 0)
    return (
      `belongs to another ${others.join(' and another ')}: its offsets and objects are not what these hold. ` +
      'Start with those that it was made with, or with an empty database and topics.'
    );
  const unknown = names.filter((name) => note[name] === undefined);
  if (isUsed && unknown.length > 0 && !adopt)
    return (
      `is in use and does not say which ${unknown.join(' and which ')} it belongs to, such as one that compose has filled, or that ` +
      'comes from a backup. With any others its offsets and objects would name other records. If it was made with exactly these, ' +
      'start once with --adopt; if not, with an empty database.'
    );
  const filled = owners.filter(({ owner }) => owner !== undefined);
  if (new Set(filled.map(({ owner }) => owner)).size > 1)
    return `can't have ${listOf(filled)} together, which different ledgers have filled. ${OR_ANEW}`;
  const foreign = filled.filter(({ owner }) => owner !== ledger && !(adopt && isUsed && !ledger));
  if (foreign.length > 0)
    return `is not the one that ${listOf(foreign)} belong to, which another has filled. ${OR_ANEW}`;
  return undefined;
}

const listOf = (owned: Pair['owners']): string => owned.map(({ what }) => what).join(' and ');

const OR_ANEW =
  'Start with that of which they are; or begin anew, with another bucket, and another TILLSTREAM_HOME ' +
  '(or npx tillstream stop --forget, which deletes what is kept).';

async function readNote(transaction: Transaction): Promise<Stores> {
  await transaction.query(NOTE);
  const { rows } = await transaction.query<{ name: string; identity: string }>(
    'select name, identity from public.npm_start_stores',
  );
  return Object.fromEntries(rows.map(({ name, identity }) => [name, identity]));
}

async function addToNote(transaction: Transaction, stores: Stores): Promise<void> {
  await transaction.query(
    `insert into public.npm_start_stores (name, identity)
     select * from unnest($1::text[], $2::text[])
     on conflict do nothing`,
    [Object.keys(stores), Object.values(stores)],
  );
}

async function isUsed(transaction: Transaction): Promise<boolean> {
  const ask = async (query: string) => (await transaction.query<{ found: boolean }>(query)).rows[0]?.found ?? false;
  if (!(await ask(`select to_regclass('ledger.partitions') is not null as found`))) return false;
  // A row for each partition that was ever delivered from.
  return ask('select exists (select from ledger.partitions) as found');
}
