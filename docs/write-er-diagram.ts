/** `npm run docs:er`: writes docs/er-diagram.md and docs/reference/tables.md from a database with the migrations and views. */
import { writeFile } from 'node:fs/promises';
import { inRepository } from '#adapters/repository.ts';
import { erDiagram } from '#sql/er-diagram.ts';
import { withMigratedDatabase } from './migrated-database.ts';
import { tablesPage } from './reference/tables.ts';

await withMigratedDatabase(async (pool) => {
  await writeFile(inRepository('docs/er-diagram.md'), await erDiagram(pool));
  await writeFile(inRepository('docs/reference/tables.md'), await tablesPage(pool));
});
