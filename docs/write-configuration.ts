/** `npm run docs:configuration`: writes docs/configuration.md and the schema of tillstream.config.json from the keys. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { configurationSchema } from '#domain/configuration/json-schema.ts';
import { configurationPage, SCHEMA_FILE } from './configuration-page.ts';

writeFileSync(inRepository('docs/configuration.md'), configurationPage());
const schema = inRepository(SCHEMA_FILE);
writeFileSync(schema, `${JSON.stringify(configurationSchema(), null, 2)}\n`);
execFileSync(inRepository('node_modules/.bin/biome'), ['format', '--write', schema], { cwd: repositoryRoot });
