/**
 * `npm run docs:site`: makes a static site of every page of the repository, in `.tillstream/site/html`, and fails if a link, an anchor or a
 * picture leads nowhere.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository, installFolder, repositoryRoot } from '#adapters/repository.ts';
import { installDocs } from '#localstack/install/docs.ts';
import { run } from '#localstack/install/run.ts';
import { brokenLinks } from './links.ts';
import { type Group, menuOf } from './menu.ts';
import { copyPages, readPages } from './sources.ts';

const folder = inRepository('.tillstream/site');
const html = join(folder, 'html');

/** As TOML, whose strings may be written as those of JSON. */
function navigation(menu: readonly Group[]): string {
  const groups = menu.map(([name, pages]) => {
    const entries = pages.map(({ title, path }) => `{ ${JSON.stringify(title)} = ${JSON.stringify(path)} }`);
    return `{ ${JSON.stringify(name)} = [${entries.join(', ')}] }`;
  });
  return `nav = [${groups.join(', ')}]`;
}

rmSync(folder, { recursive: true, force: true });
const pages = readPages(repositoryRoot);
copyPages(repositoryRoot, pages, join(folder, 'pages'));
const configuration = readFileSync(join(import.meta.dirname, 'zensical.toml'), 'utf8');
writeFileSync(
  join(folder, 'zensical.toml'),
  configuration.replace('[project]\n', `[project]\n${navigation(menuOf(pages))}\n`),
);

const zensical = await installDocs({ installFolder, report: (progress) => console.log(`site: ${progress}`) });
await run(zensical, ['build', '--strict', '--config-file', join(folder, 'zensical.toml')]);
const broken = brokenLinks(html);
if (broken.length > 0) {
  console.error(`These links lead nowhere:\n${broken.join('\n')}`);
  process.exitCode = 1;
} else console.log(`${pages.length} pages: ${join(html, 'index.html')}`);
