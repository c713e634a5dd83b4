/** Draws the entity-relationship diagram, as Markdown with Mermaid, from the catalogue of a migrated database. */
import type { Pool } from '#adapters/postgres/index.ts';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** PK, FK and UK; the last only for a column that is unique by itself. */
  readonly keys: readonly string[];
  readonly comment: string | null;
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly comment: string | null;
  readonly columns: readonly Column[];
}

interface Relation {
  /** Schema and name of the table with the foreign key. */
  readonly child: readonly [string, string];
  readonly parent: readonly [string, string];
  readonly columns: readonly string[];
  /** A child's row may have no parent. */
  readonly optional: boolean;
  /** A parent's row has at most one child. */
  readonly single: boolean;
  /** By a foreign key. */
  readonly enforced: boolean;
}

/** In the order in which the migrations make them. */
export const readTables = (pool: Pool): Promise<readonly Table[]> => read(pool, ['r', 'p']);

/** In the order in which migrations and sql/views make them. None of their columns has a key, and each may be null. */
export const readViews = (pool: Pool): Promise<readonly Table[]> => read(pool, ['v', 'm']);

/** @param kinds as pg_class.relkind has them */
const read = async (pool: Pool, kinds: readonly string[]): Promise<readonly Table[]> =>
  (await pool.query<Table>(RELATIONS, [kinds])).rows;

/** @param pool on a database with the migrations and the views of sql/views, and nothing else */
export async function erDiagram(pool: Pool): Promise<string> {
  const tables = await readTables(pool);
  const { rows: foreignKeys } = await pool.query<Relation>(FOREIGN_KEYS);
  const relations = [...foreignKeys, ...sameNames(tables)];
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  const overview = mermaid([
    ...tables.map(({ schema, name }) => entity([schema, name])),
    ...relations.map((relation) => line(relation)),
  ]);
  return [
    '# Tables and how they hang together',
    'Made from `sql/migrations` by `npm run docs:er`; a test fails when it is out of date. Tables and columns are in the ' +
      'order in which the migrations make them. A note behind a column gives the digits of a number and says where null ' +
      'is allowed. A solid line is a foreign key. A dotted one is a column that is named as another table’s key and means ' +
      'the same, which the database doesn’t enforce: rows come in bulk, or before what they belong to. ' +
      '[Column by column](reference/tables.md) says what each holds.',
    '## All schemas',
    overview,
    ...schemas.flatMap((schema) => chapter(schema, tables, relations)),
  ]
    .join('\n\n')
    .concat('\n');
}

/** Columns with the name of another table's key, if that key is not itself a foreign key. */
function sameNames(tables: readonly Table[]): Relation[] {
  const owners = tables.flatMap(({ schema, name, columns }) => {
    const [key, second] = columns.filter(({ keys }) => keys.includes('PK'));
    return key && !second && !key.keys.includes('FK') ? [{ key: key.name, table: [schema, name] as const }] : [];
  });
  return owners.flatMap(({ key, table: parent }) =>
    tables
      .filter(({ schema, name }) => schema !== parent[0] || name !== parent[1])
      .filter(({ columns }) => columns.some(({ name, keys }) => name === key && !keys.includes('FK')))
      .map(({ schema, name }) => ({
        child: [schema, name] as const,
        parent,
        columns: [key],
        optional: true,
        single: false,
        enforced: false,
      })),
  );
}

function chapter(schema: string, tables: readonly Table[], relations: readonly Relation[]): string[] {
  const own = tables.filter((table) => table.schema === schema);
  const diagram = mermaid([
    ...own.flatMap(({ name, columns }) => [`${entity([schema, name])} {`, ...columns.map(attribute), '}']),
    ...relations.filter(({ child }) => child[0] === schema).map((relation) => line(relation)),
  ]);
  const notes = own.flatMap(({ name, comment }) => (comment ? [`- \`${name}\`: ${comment}`] : []));
  return [`## Schema ${schema}`, diagram, ...(notes.length > 0 ? [notes.join('\n')] : [])];
}

const mermaid = (lines: readonly string[]): string =>
  ['```mermaid', 'erDiagram', ...lines.map((each) => `  ${each}`), '```'].join('\n');

const entity = ([schema, name]: readonly [string, string]): string => `"${schema}.${name}"`;

/** Mermaid before 11.5 takes no comma in a type, so the digits of a number go into the note. */
function attribute({ name, type, nullable, keys }: Column): string {
  const [, word = type, digits] = /^(numeric)\((\d+,\d+)\)$/.exec(type) ?? [];
  const short = word.replace('character varying', 'varchar').replace('timestamp with time zone', 'timestamptz');
  const note = [digits, nullable && 'null'].filter(Boolean).join(', ');
  const words = [short, name].map((text) => text.replaceAll(' ', '_'));
  return `  ${[...words, keys.join(', '), note && `"${note}"`].filter(Boolean).join(' ')}`;
}

/** https://mermaid.js.org/syntax/entityRelationshipDiagram.html: `||` one, `|o` none or one, `}o` none or many. */
function line({ child, parent, columns, optional, single, enforced }: Relation): string {
  const link = `${optional ? '|o' : '||'}${enforced ? '--' : '..'}${single ? 'o|' : 'o{'}`;
  return `${entity(parent)} ${link} ${entity(child)} : "${columns.join(', ')}"`;
}

/** `public` holds the lists of applied migrations and of views alone. */
const OURS = `schema.nspname not in ('pg_catalog', 'information_schema', 'public') and schema.nspname !~ '^pg_'`;

const RELATIONS = `
  with columns as (
    select
      attrelid,
      attnum,
      attname as name,
      format_type(atttypid, atttypmod) as type,
      not attnotnull as nullable,
      col_description(attrelid, attnum) as comment,
      array(
        select distinct upper(contype::text) || 'K'
        from pg_constraint
        where conrelid = attrelid and attnum = any(conkey)
          and (contype in ('p', 'f') or contype = 'u' and cardinality(conkey) = 1)
        order by 1 desc
      ) as keys
    from pg_attribute
    where attnum > 0 and not attisdropped
  )
  select
    schema.nspname as schema,
    relname as name,
    obj_description(relation.oid, 'pg_class') as comment,
    jsonb_agg(to_jsonb(columns) - 'attrelid' - 'attnum' order by attnum) as columns
  from pg_class as relation
  join pg_namespace as schema on schema.oid = relnamespace
  join columns on attrelid = relation.oid
  where relkind = any($1::"char"[]) and not relispartition and ${OURS}
  group by schema.oid, schema.nspname, relation.oid, relname
  order by schema.oid, relation.oid`;

const FOREIGN_KEYS = `
  select
    array[schema.nspname, child.relname]::text[] as child,
    array[parent_schema.nspname, parent.relname]::text[] as parent,
    array(
      select attname::text
      from unnest(conkey) with ordinality as key (attnum, place)
      join pg_attribute using (attnum)
      where attrelid = conrelid
      order by place
    ) as columns,
    exists (select from pg_attribute where attrelid = conrelid and attnum = any(conkey) and not attnotnull) as optional,
    exists (
      select from pg_constraint as uniqueness
      where uniqueness.conrelid = reference.conrelid and contype in ('p', 'u')
        and uniqueness.conkey <@ reference.conkey
    ) as single,
    true as enforced
  from pg_constraint as reference
  join pg_class as child on child.oid = conrelid
  join pg_namespace as schema on schema.oid = child.relnamespace
  join pg_class as parent on parent.oid = confrelid
  join pg_namespace as parent_schema on parent_schema.oid = parent.relnamespace
  where contype = 'f' and not child.relispartition and ${OURS}
  order by child.oid, conname`;
