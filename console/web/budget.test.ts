import { expect, it } from 'vitest';
import { buildAssets } from '#console/server/build-assets.ts';

/** Bytes, gzip: of what the browser has to load before it shows the Overview, and of all pages. */
const [BUDGET, BUDGET_OF_ALL] = [60_000, 120_000];

const assets = await buildAssets();

/** The file and those that it imports at once; what it imports later is called as a function. */
function withImports(path: string): string[] {
  const content = assets.get(path)?.content.toString() ?? '';
  const imports = [...content.matchAll(/\b(?:from|import)\s*"\.(\/[\w.-]+)"/g)].map(([, name = '']) => name);
  return [path, ...imports.flatMap(withImports)];
}

const sizeOf = (paths: Iterable<string>): number =>
  [...new Set(paths)].reduce((sum, path) => sum + (assets.get(path)?.gzip.length ?? Number.NaN), 0);

it('loads the Overview with fewer than 60 KB, in four requests', () => {
  const named = [...(assets.get('/')?.content.toString() ?? '').matchAll(/"(\/[\w-]+\.(?:js|css))"/g)];
  const loaded = new Set(['/', ...named.flatMap(([, path = '']) => withImports(path))]);
  expect(loaded.size).toBeGreaterThanOrEqual(3);
  expect(loaded.size).toBeLessThanOrEqual(4);
  expect(sizeOf(loaded)).toBeLessThan(BUDGET);
});

it('has all pages in fewer than 120 KB', () => {
  expect(sizeOf(assets.keys())).toBeLessThan(BUDGET_OF_ALL);
});
