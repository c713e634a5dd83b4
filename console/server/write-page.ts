/**
 * Writes the page's files into a folder: for a bundle, since esbuild is in no Lambda.
 *
 *   node console/server/write-page.ts <folder>
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from './build-assets.ts';

const [, , folder = ''] = process.argv;
mkdirSync(folder, { recursive: true });
for (const [name, content] of await buildPage()) writeFileSync(join(folder, name), content);
