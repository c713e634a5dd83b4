/** The page of the tables and views, column by column, from the catalogue of a migrated database. */
import type { Pool } from '#adapters/postgres/index.ts';
import { type Column, readTables, readViews, type Table } from '#sql/er-diagram.ts';
import { code, pageBy, table } from './markdown.ts';

/** @param pool on a database with the migrations and the views of sql/views, and nothing else */
export async function tablesPage(pool: Pool): Promise<string> {
  const tables = await readTables(pool);
  const views = await readViews(pool);
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  return pageBy(
    'docs:er',
    'Tables, column by column',
    'What the migrations have made, and the views of `sql/views`. [The diagram](../er-diagram.md) shows how the tables hang together.',
    table(
      ['schema', 'tables', 'views'],
      schemas.map((schema) => [code(schema), links(tables, schema), links(views, schema)]),
    ),
    ...tables.flatMap((each) => chapter(each, ['column', 'type', 'null', 'key', 'meaning'], rowOfTable)),
    ...views.flatMap((each) => chapter(each, ['column', 'type', 'meaning'], rowOfView)),
  );
}

const links = (relations: readonly Table[], of: string): string =>
  relations
    .filter(({ schema }) => schema === of)
    .map(({ schema, name }) => `[${name}](#${schema}${name})`)
    .join(', ');

function chapter(
  { schema, name, comment, columns }: Table,
  head: readonly string[],
  row: (column: Column) => string[],
): string[] {
  return [`## ${schema}.${name}`, ...(comment ? [comment] : []), table(head, columns.map(row))];
}

const rowOfTable = ({ name, type, nullable, keys, comment }: Column): string[] => [
  code(name),
  type,
  nullable ? 'yes' : '',
  keys.join(', '),
  comment ?? '',
];

const rowOfView = ({ name, type, comment }: Column): string[] => [code(name), type, comment ?? ''];
