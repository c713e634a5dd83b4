/** `npm run docs:arrows`: writes biome.arrows.json from the table in ARCHITECTURE.md. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrows, readFolders } from './arrows.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'biome.arrows.json');
const folders = readFolders(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
writeFileSync(file, `${JSON.stringify(arrows(folders), null, 2)}\n`);
execFileSync(join(root, 'node_modules/.bin/biome'), ['format', '--write', file], { cwd: root });
