/** docs/er-diagram.md and docs/reference/tables.md show the tables that the migrations create. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { inRepository } from '#adapters/repository.ts';
import { erDiagram } from '#sql/er-diagram.ts';
import { tablesPage } from '../../docs/reference/tables.ts';
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

- \`visit.at\`: When.
`);
});
