/** Writes the tables of docs/cost.md anew: `node docs/write-cost.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from './cost-tables.ts';

const page = join(import.meta.dirname, 'cost.md');
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
