/** Writes the files that Kibana and Elasticsearch import: `npm run docs:dashboard`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from './files.ts';

for (const [name, content] of Object.entries(files())) writeFileSync(join(import.meta.dirname, name), content);
