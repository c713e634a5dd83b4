/** docs/er-diagram.md and docs/reference/tables.md show the tables that the migrations create, of which each says what it holds. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { inRepository } from '#adapters/repository.ts';
import { text } from '#domain/columns.ts';
import type { Stream } from '#domain/streams.ts';
import { fieldMigration } from '#operations/new-stream/field-migration.ts';
import { migrationOf } from '#operations/new-stream/migration.ts';
import { erDiagram } from '#sql/er-diagram.ts';
import { tablesPage } from '../../docs/reference/tables.ts';
import { refunds } from '../support/refunds.ts';
import { freshDatabase } from '../support/stores.ts';

let pool: Pool;

beforeAll(async () => {
  pool = await freshDatabase();
});

afterAll(() => pool.end());

it.each([
  ['docs/er-diagram.md', erDiagram],
  ['docs/reference/tables.md', tablesPage],
])('%s is current', async (path, make) => {
  const written = await readFile(inRepository(path), 'utf8');
  expect(written, `${path} is out of date: npm run docs:er`).toBe(await make(pool));
});

it('has every column and foreign key of information_schema', async () => {
  const { rows } = await pool.query(`
    select
      (select count(*) from information_schema.columns join information_schema.tables using (table_schema, table_name)
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema', 'public')) as columns,
      (select count(*) from information_schema.table_constraints where constraint_type = 'FOREIGN KEY') as relations`);
  const lines = (await erDiagram(pool)).split('\n');
  expect(lines.filter((line) => /^ {4}\S/.test(line))).toHaveLength(rows[0].columns);
  // Once in the overview of all schemas, once in its schema's chapter.
  expect(lines.filter((line) => line.includes('--'))).toHaveLength(rows[0].relations * 2);
});

/** Tables, views and columns that don't say what they hold, of all schemas but PostgreSQL's own. */
async function uncommented(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(`
    with relations as (
      select pg_class.oid, format('%I.%I', nspname, relname) as name
      from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
      where relkind in ('r', 'p', 'v', 'm', 'f') and not relispartition and nspname <> 'information_schema' and nspname !~ '^pg_'
    ),
    said as (
      select name, obj_description(oid, 'pg_class') as comment from relations
      union all
      select format('%s.%I', name, attname), col_description(oid, attnum)
      from relations
      join pg_attribute on attrelid = oid
      where attnum > 0 and not attisdropped
    )
    select name from said where comment is null order by name`);
  return rows.map(({ name }) => name);
}

const SAY =
  'Without a comment; say what it holds by "comment on …" in the migration, or the file of sql/views, that makes it';

it('has a comment on every table, view and column', async () => {
  expect(await uncommented(), SAY).toEqual([]);
  await pool.query('create view ledger.silent as select 1 as one');
  expect(await uncommented()).toEqual(['ledger.silent', 'ledger.silent.one']);
  await pool.query('drop view ledger.silent');
});

it('has a comment on every column of a stream of one’s own, and of a field that it gets', async () => {
  const { rows } = await pool.query<{ database: string }>('select current_database() as database');
  // The role is removed with the database.
  const stream: Stream = { ...refunds, consumer: `${rows[0]?.database}_refunds` };
  await pool.query(migrationOf(stream, { migrations: ['001_ledger.sql'] }).text);
  const withField = { ...stream, event: refunds.event.extend({ till: text(20, 'The till’s name.').nullish() }) };
  await pool.query(fieldMigration(withField, 'till', { migrations: ['001_ledger.sql'] })?.text ?? '');
  expect((await tablesPage(pool)).split('## streams.refunds')[1]).toContain('The till’s name.');
  expect(await uncommented(), SAY).toEqual([]);
});

it('reads keys, nullability and cardinality from the catalogue', async () => {
  await pool.query(`
    create schema zoo;
    create table zoo.keeper (keeper_id integer primary key, badge varchar(8) unique, "full name" double precision);
    create table zoo.animal (
      keeper_id integer references zoo.keeper, name text, weight numeric(6,3) not null, primary key (keeper_id, name)
    );
    create table zoo.passport (keeper_id integer primary key references zoo.keeper);
    create table zoo.meal (meal_id uuid primary key, badge text, keeper_id integer);
    create table zoo.visit (keeper_id integer references zoo.keeper, at timestamptz);
    comment on table zoo.visit is 'Who came.';
    comment on column zoo.visit.at is 'When.'`);
  const [, chapter = ''] = (await erDiagram(pool)).split('## Schema zoo\n\n');
  expect(chapter).toBe(`\`\`\`mermaid
erDiagram
  "zoo.keeper" {
    integer keeper_id PK
    varchar(8) badge UK "null"
    double_precision full_name "null"
  }
  "zoo.animal" {
    integer keeper_id PK, FK
    text name PK
    numeric weight "6,3"
  }
  "zoo.passport" {
    integer keeper_id PK, FK
  }
  "zoo.meal" {
    uuid meal_id PK
    text badge "null"
    integer keeper_id "null"
  }
  "zoo.visit" {
    integer keeper_id FK "null"
    timestamptz at "null"
  }
  "zoo.keeper" ||--o{ "zoo.animal" : "keeper_id"
  "zoo.keeper" ||--o| "zoo.passport" : "keeper_id"
  "zoo.keeper" |o--o{ "zoo.visit" : "keeper_id"
  "zoo.keeper" |o..o{ "zoo.meal" : "keeper_id"
\`\`\`

- \`visit\`: Who came.
`);
});
