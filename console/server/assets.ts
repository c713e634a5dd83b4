/** The page's files in memory, and how they are answered: names that are a hash of the content, so that browsers keep them for ever. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
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

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** The page itself, which is at `/`. */
export const INDEX = 'index.html';

/** @param files by name; each but the page has its content's hash in it */
export async function assetsOf(files: ReadonlyMap<string, Buffer>): Promise<Assets> {
  const assets = [...files].map(async ([name, content]): Promise<[string, Asset]> => {
    const isPage = name === INDEX;
    const type = `${TYPES[name.split('.').at(-1) ?? '']}; charset=utf-8`;
    const zipped = await promisify(gzip)(content, { level: 9 });
    return [isPage ? '/' : `/${name}`, { type, content, gzip: zipped, immutable: !isPage }];
  });
  return new Map(await Promise.all(assets));
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
