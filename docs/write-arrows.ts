/** `npm run docs:arrows`: writes biome.arrows.json from the table in ARCHITECTURE.md. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '#adapters/repository.ts';
import { arrows, readFolders } from './arrows.ts';

const file = join(repositoryRoot, 'biome.arrows.json');
const folders = readFolders(readFileSync(join(repositoryRoot, 'ARCHITECTURE.md'), 'utf8'));
writeFileSync(file, `${JSON.stringify(arrows(folders), null, 2)}\n`);
execFileSync(join(repositoryRoot, 'node_modules/.bin/biome'), ['format', '--write', file], { cwd: repositoryRoot });
