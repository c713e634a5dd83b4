/** A PostgreSQL that somebody else runs, instead of one that the stack starts. */
import { identifier, openPool } from '#adapters/postgres/index.ts';
import { databaseRoles } from '#cdk/config/database-roles.ts';
import type { PostgresConnection, PostgresService } from '../services/postgres.ts';
import { runByOthers } from './run-by-others.ts';

export interface DatabaseFacts {
  /** server_version_num, such as 170004 */
  readonly version: number;
  readonly may_make_roles: boolean;
  readonly may_make_databases: boolean;
  readonly may_make_schemas: boolean;
  /** Migrations take rights from everybody, and give them, which only owners may. */
  readonly owns_database: boolean;
  readonly owns_public: boolean;
  readonly has_btree_gist: boolean;
  /** Whether our migrations have run here. */
  readonly is_ours: boolean;
  /** Schemas and roles with names that ours have. */
  readonly schemas: readonly string[];
  readonly roles: readonly string[];
}

export interface OwnPostgres {
  readonly service: PostgresService;
  /** What the stack will make there; empty if all is there. */
  readonly makes: string;
}

/** `transaction_timeout`, by which a function's locks end with it, came with 17. */
const OLDEST = 17;
/** All that migrations make, and the roles. */
export const SCHEMAS = [
  'ledger',
  'warehouse',
  'shop',
  'inventory',
  'payments',
  'curated',
  'gold',
  'staging',
  'streams',
];
export const ROLES = [...databaseRoles, 'definer'];

const FACTS = `
  select current_setting('server_version_num')::int as version,
         login.rolsuper or login.rolcreaterole as may_make_roles,
         login.rolsuper or login.rolcreatedb as may_make_databases,
         has_database_privilege(current_database(), 'create') as may_make_schemas,
         (select pg_has_role(datdba, 'usage') from pg_database where datname = current_database()) as owns_database,
         exists (select from pg_namespace where nspname = 'public' and pg_has_role(nspowner, 'usage')) as owns_public,
         exists (select from pg_available_extensions where name = 'btree_gist') as has_btree_gist,
         to_regclass('public.migrations') is not null and to_regclass('ledger.deliveries') is not null as is_ours,
         array(select nspname::text from pg_namespace where nspname = any($1) order by nspname) as schemas,
         array(select rolname::text from pg_roles where rolname = any($2) order by rolname) as roles
  from pg_roles as login
  where login.rolname = current_user`;

/** @throws if it can't be used, with what was expected of it and what to do */
export async function findPostgres(connection: PostgresConnection): Promise<OwnPostgres> {
  const { host, port, database, user } = connection;
  const where = `Your PostgreSQL, database ${database} on ${host}:${port} as ${user},`;
  const facts = await ask(connection).catch((cause: Error) => {
    throw new Error(`${where} can't be used: ${cause.message}.`, { cause });
  });
  const faults = faultsOf(facts, connection);
  if (faults.length > 0) throw new Error(`${where} can't be used: ${faults.join('; ')}.`);
  return {
    service: { ...runByOthers('PostgreSQL'), connection },
    makes: facts.is_ours ? '' : `schemas ${SCHEMAS.join(', ')}; roles ${ROLES.join(', ')}`,
  };
}

/** @returns what must be otherwise before this database can be used, and what to do */
export function faultsOf(
  facts: DatabaseFacts,
  { database, user }: Pick<PostgresConnection, 'database' | 'user'>,
): string[] {
  const { version, is_ours, schemas, roles } = facts;
  const major = Math.floor(version / 10_000);
  return [
    major < OLDEST && `it is PostgreSQL ${major}, expected ${OLDEST} or later`,
    !facts.has_btree_gist && 'extension btree_gist is not available: install the server’s contrib package',
    !facts.may_make_roles && `${user} may make no roles: alter role ${name(user)} createrole`,
    !facts.may_make_databases && `${user} may make no database for Airflow: alter role ${name(user)} createdb`,
    !facts.may_make_schemas &&
      `${user} may make no schemas: grant create on database ${name(database)} to ${name(user)}`,
    !facts.owns_database && `${user} does not own it: alter database ${name(database)} owner to ${name(user)}`,
    facts.owns_database &&
      !facts.owns_public &&
      `${user} does not own its schema public: alter schema public owner to pg_database_owner, as a superuser`,
    !is_ours &&
      schemas.length > 0 &&
      `it has schemas of others by the names of ours (${schemas.join(', ')}): create another database for ${user}`,
    !is_ours &&
      roles.length > 0 &&
      `its server has the roles ${roles.join(', ')}, whose passwords would change: another Tillstream uses it, or did; drop them, or take another server`,
  ].filter((fault) => fault !== false);
}

/** As SQL wants it: shop, or "the-shop". */
const name = (text: string): string => (/^[a-z_][a-z0-9_]*$/.test(text) ? text : identifier(text));

async function ask(connection: PostgresConnection): Promise<DatabaseFacts> {
  const pool = openPool({ ...connection, max: 1 });
  try {
    const { rows } = await pool.query<DatabaseFacts>(FACTS, [SCHEMAS, ROLES]);
    return rows[0] as DatabaseFacts;
  } finally {
    await pool.end();
  }
}
