/** Writes the files that Kibana and Elasticsearch import: `node dashboard/write.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { files } from './files.ts';

for (const [name, content] of Object.entries(files())) writeFileSync(join(import.meta.dirname, name), content);
