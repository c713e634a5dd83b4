/** The page of the tables, column by column, from the catalogue of a migrated database. */
import type { Pool } from '#adapters/postgres/index.ts';
import { type Column, readTables, type Table } from '#sql/er-diagram.ts';
import { code, pageBy, table } from './markdown.ts';

/** @param pool on a database with the migrations and nothing else */
export async function tablesPage(pool: Pool): Promise<string> {
  const tables = await readTables(pool);
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  return pageBy(
    'docs:er',
    'Tables, column by column',
    'What the migrations have made. [The diagram](../er-diagram.md) shows how they hang together.',
    table(
      ['schema', 'tables'],
      schemas.map((schema) => [
        code(schema),
        tables
          .filter((each) => each.schema === schema)
          .map(link)
          .join(', '),
      ]),
    ),
    ...tables.flatMap(chapter),
  );
}

const link = ({ schema, name }: Table): string => `[${name}](#${schema}${name})`;

function chapter({ schema, name, comment, columns }: Table): string[] {
  return [
    `## ${schema}.${name}`,
    ...(comment ? [comment] : []),
    table(['column', 'type', 'null', 'key', 'meaning'], columns.map(row)),
  ];
}

const row = ({ name, type, nullable, keys, comment }: Column): string[] => [
  code(name),
  type,
  nullable ? 'yes' : '',
  keys.join(', '),
  comment ?? '',
];
