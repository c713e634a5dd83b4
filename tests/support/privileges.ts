/** What the database's own catalogue says about who may do what; shares no code with the migrations. */
import type { Pool } from '#adapters/postgres/index.ts';
import { describedStreams, roleOf } from '#domain/streams.ts';

/**
 * Walks all roles, databases, schemas, relations and functions, of this database and of the server.
 *
 * @param logins the roles that functions and people log in as
 * @returns a line for each way in which one of them could make others run or do what it wants, sorted
 */
export async function findWaysIn(pool: Pool, logins: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ way: string }>(WAYS_IN, [logins]);
  return rows.map(({ way }) => way).sort();
}

/** Roles of described streams with a table take each batch through a temporary one. */
export const temporaryTablesOfStreams: readonly string[] = describedStreams
  .filter(({ table }) => table)
  .map((stream) => `${roleOf(stream)} makes temporary tables`);

/** `owner` is whoever migrates: it may do everything anyway, so what it owns is no way in. */
const WAYS_IN = `
  with logins as (
    select oid, rolname from pg_roles where rolname = any($1)
  ),
  owner as (
    select oid as role from pg_roles where oid = (select datdba from pg_database where datname = current_database())
  ),
  trusted as (
    select role from owner
    union
    select oid from pg_roles where rolname = 'definer'
  ),
  schemas as (
    select oid, nspname from pg_namespace where nspname !~ '^pg_(toast|temp)' and nspname <> 'information_schema'
  ),
  functions as (
    select pg_proc.*, format('%s.%s', nspname, proname) as name
    from pg_proc
    join schemas on schemas.oid = pronamespace
    where nspname <> 'pg_catalog'
      and not exists (select from pg_depend where objid = pg_proc.oid and classid = 'pg_proc'::regclass and deptype = 'e')
  ),
  relations as (
    select pg_class.*, format('%s.%s', nspname, relname) as name
    from pg_class
    join schemas on schemas.oid = relnamespace
    where nspname <> 'pg_catalog' and relkind in ('r', 'p', 'v', 'm', 'f')
  )
  select format('%s is missing', name) as way from unnest($1::text[]) as name where name not in (select rolname from logins)
  union all
  select format('role %s is nobody''s', rolname)
  from pg_roles
  where rolname !~ '^(pg|test)_' and rolname <> all($1) and rolname <> 'definer' and not rolsuper
    and oid not in (select role from owner)
  union all
  select format('%s has attributes', rolname)
  from pg_roles
  where (rolname = any($1) or rolname = 'definer')
    and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)
  union all
  select 'definer can log in' from pg_roles where rolname = 'definer' and rolcanlogin
  union all
  select format('%s is a member of %s', member::regrole, roleid::regrole)
  from pg_auth_members
  where member in (select oid from logins)
    or roleid::regrole::text = 'definer' and member not in (select role from owner)
      and member not in (select oid from pg_roles where rolsuper)
  union all
  select format('%s owns %s', rolname, pg_describe_object(pg_shdepend.classid, objid, objsubid))
  from pg_shdepend
  join logins on logins.oid = refobjid
  where refclassid = 'pg_authid'::regclass and deptype = 'o'
    and dbid in (0, (select oid from pg_database where datname = current_database()))
  union all
  select format('%s creates in schema %s', rolname, nspname)
  from logins, schemas
  where has_schema_privilege(rolname, schemas.oid, 'create')
  union all
  select format('%s creates schemas in database %s', rolname, datname)
  from logins, pg_database
  where has_database_privilege(rolname, pg_database.oid, 'create')
  union all
  select format('%s makes temporary tables', rolname)
  from logins
  where has_database_privilege(rolname, current_database(), 'temporary')
  union all
  select format('%s may %s %s', rolname, privilege, name)
  from logins, relations, unnest(array['trigger', 'references', 'truncate', 'maintain']) as privilege
  where has_table_privilege(rolname, relations.oid, privilege)
  union all
  select format('%s belongs to %s', name, relowner::regrole)
  from relations
  where relowner not in (select role from trusted)
  union all
  select format('view %s runs as %s', name, relowner::regrole)
  from relations
  where relkind in ('v', 'm') and relowner::regrole::text <> 'definer'
    and not coalesce('security_invoker=true' = any(reloptions), false)
  union all
  select format('function %s belongs to %s', name, proowner::regrole)
  from functions
  where proowner not in (select role from trusted)
  union all
  select format('function %s runs as %s', name, proowner::regrole)
  from functions
  where prosecdef and proowner::regrole::text <> 'definer'
  union all
  select format('everybody may execute %s', name)
  from functions
  where has_function_privilege('public', functions.oid, 'execute')
  union all
  select format('names in %s mean what its caller wants', name)
  from functions
  where (prosqlbody is null or prosecdef)
    and not coalesce('search_path=pg_catalog, pg_temp' = any(proconfig), false)`;
