import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { fileOf } from './assets.ts';
import { buildAssets } from './build-assets.ts';

const assets = await buildAssets();
const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fileOf(assets, path, { method, headers: new Headers(headers) });

it('the page names its script and its style by their content', async () => {
  const page = await get('/').text();
  const named = [...page.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path = '']) => path);
  expect(named.map((path) => path.replace(/-\w{8}\./, '.'))).toEqual(['/style.css', '/main.js']);
  for (const path of named)
    expect(get(path).headers.get('content-type')).toMatch(/^text\/(css|javascript); charset=utf-8$/);
});

it('asks nothing of another origin', () => {
  for (const [path, { content }] of assets)
    expect(content.toString().match(/(src|href)="https?:|import\("http|url\(http/g), path).toBe(null);
});

it('is compressed for who takes that', async () => {
  const plain = get('/');
  const zipped = get('/', { 'accept-encoding': 'br, gzip' });
  expect(plain.headers.get('content-encoding')).toBe(null);
  expect(zipped.headers.get('content-encoding')).toBe('gzip');
  expect(gunzipSync(Buffer.from(await zipped.arrayBuffer())).toString()).toBe(await plain.text());
});

it('HEAD has the headers alone', async () => {
  const head = get('/', {}, 'HEAD');
  expect(head.headers.get('content-length')).toBe(get('/').headers.get('content-length'));
  expect(await head.text()).toBe('');
});

it.each(['/index.html', '/main.tsx', '/..%2f..%2fpackage.json', '//etc/passwd', '/api'])(
  'there is nothing at %s',
  (path) => {
    expect(() => get(path)).toThrow(`There is nothing at ${path}.`);
  },
);
