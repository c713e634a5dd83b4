/** The page's files, built in memory: names that are a hash of the content, so that browsers keep them for ever. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { inRepository } from '#adapters/repository.ts';
import { Refusal } from './refusal.ts';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
  readonly gzip: Buffer;
  /** The page itself may change with the next start; what it names never does. */
  readonly immutable: boolean;
}

/** By path, such as `/` and `/main-4D7XQ2LA.js`. */
export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };
const PAGE = inRepository('console/web');

export async function buildAssets(): Promise<Assets> {
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
    await readFile(join(PAGE, 'index.html'), 'utf8'),
  );
  const assets = [
    asset('/', 'text/html; charset=utf-8', Buffer.from(index), false),
    ...files.map(({ name, content }) =>
      asset(`/${name}`, `${TYPES[name.split('.').at(-1) ?? '']}; charset=utf-8`, content, true),
    ),
  ];
  return new Map(await Promise.all(assets));
}

async function asset(path: string, type: string, content: Buffer, immutable: boolean): Promise<[string, Asset]> {
  return [path, { type, content, gzip: await promisify(gzip)(content, { level: 9 }), immutable }];
}

/** @throws Refusal 404 or 405 */
export function fileOf(
  assets: Assets,
  path: string,
  { method, headers }: Pick<Request, 'method' | 'headers'>,
): Response {
  const found = assets.get(path);
  if (!found) throw new Refusal(404, 'not_found', `There is nothing at ${path}.`, { hint: 'The page is at /.' });
  if (method !== 'GET' && method !== 'HEAD')
    throw new Refusal(405, 'no_such_method', `${path} can't be asked by ${method}.`);
  const zipped = /\bgzip\b/.test(headers.get('accept-encoding') ?? '');
  const content = zipped ? found.gzip : found.content;
  return new Response(method === 'HEAD' ? null : new Uint8Array(content), {
    headers: {
      'content-type': found.type,
      'content-length': String(content.length),
      ...(zipped && { 'content-encoding': 'gzip' }),
      'cache-control': found.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
      vary: 'accept-encoding',
    },
  });
}
