import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { diskWarning, freeSpace, judgeDisk, watchDisk } from './disk.ts';

it('tells enough, low and too little apart', () => {
  expect([6e9, 6e9 - 1, 2e9, 2e9 - 1, 0].map(judgeDisk)).toEqual(['enough', 'low', 'low', 'too little', 'too little']);
});

it('warns of little space with the amount, the place and the remedy', () => {
  expect(diskWarning(6e9, '/home/ada/.tillstream')).toBeUndefined();
  expect(diskWarning(3.26e9, '/h')).toMatch(
    /^The disk of \/h has 3\.3 GB left, the simulator stops below 2\.0 GB\. .*TILLSTREAM_HOME/,
  );
  expect(diskWarning(0, '/h')).toMatch(/^The disk of \/h has 0\.0 GB left, less than the 2\.0 GB /);
});

it('asks the real disk', async () => {
  expect(await freeSpace(tmpdir())).toBeGreaterThan(0);
});

it('warns once for each step down, and ends production when too little is left', async () => {
  const answers = [9e9, 5e9, 4e9, 9e9, 5e9, 1e9];
  const said: string[] = [];
  const stop = new AbortController();
  const ask = () => Promise.resolve(answers.shift() ?? 1e9);
  const tooLittle = watchDisk('/h', (warning) => said.push(warning), stop.signal, { ask, every: 1 });
  await expect.poll(() => tooLittle.aborted, { timeout: 30_000 }).toBe(true);
  await expect.poll(() => answers.length, { timeout: 30_000 }).toBe(0);
  stop.abort();
  expect(said.map((text) => /has (.*?) left/.exec(text)?.[1])).toEqual(['5.0 GB', '5.0 GB', '1.0 GB']);
});
