import { expect, it } from 'vitest';
import { buildAssets } from '#console/server/assets.ts';

/** Bytes, gzip, of all that the browser has to load before it shows the Overview. */
const BUDGET = 60_000;

it('loads the Overview with fewer than 60 KB, in three requests', async () => {
  const assets = await buildAssets();
  expect([...assets.values()].map(({ type }) => type.split(';')[0]).sort()).toEqual([
    'text/css',
    'text/html',
    'text/javascript',
  ]);
  const bytes = [...assets.values()].reduce((sum, { gzip }) => sum + gzip.length, 0);
  expect(bytes).toBeLessThan(BUDGET);
});
