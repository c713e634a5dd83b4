/** Writes the tables of docs/cost.md anew: `npm run docs:cost`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';
import { withTables } from './cost-tables.ts';

const page = inRepository('docs/cost.md');
writeFileSync(page, withTables(readFileSync(page, 'utf8')));
