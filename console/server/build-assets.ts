/** Builds the page's files in memory; a Lambda has them in its bundle instead (write-page.ts). */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { type Assets, assetsOf, INDEX } from './assets.ts';

const PAGE = inRepository('console/web');

export const buildAssets = async (): Promise<Assets> => assetsOf(await buildPage());

/** @returns the files by their names */
export async function buildPage(): Promise<ReadonlyMap<string, Buffer>> {
  // 0.2 s of processor time, for who looks at the page only.
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: { main: join(PAGE, 'main.tsx'), style: join(PAGE, 'style.css') },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    // What a page is fetched for comes when it is opened.
    splitting: true,
    outdir: '/',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
    // Its process would stay for as long as the server.
  }).finally(stop);
  const files = outputFiles.map(({ path, contents }) => ({ name: basename(path), content: Buffer.from(contents) }));
  const index = files.reduce(
    // `/main.js` in the page becomes `/main-4D7XQ2LA.js`.
    (page, { name }) => page.replace(`"/${name.replace(/-\w+(?=\.)/, '')}"`, `"/${name}"`),
    await readFile(join(PAGE, INDEX), 'utf8'),
  );
  return new Map([[INDEX, Buffer.from(index)], ...files.map(({ name, content }) => [name, content] as const)]);
}
