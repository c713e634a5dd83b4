import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as tick } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { installOnce } from './once.ts';

const root = mkdtempSync(join(tmpdir(), 'tillstream-once-'));
afterAll(() => rmSync(root, { recursive: true }));
const newFolder = () => join(root, crypto.randomUUID(), 'thing-1.0');
const context = { report: () => {}, signal: undefined };

test('a finished install is not repeated', async () => {
  const folder = newFolder();
  let builds = 0;
  for (let start = 0; start < 2; start++)
    await installOnce(folder, context, async () => {
      builds++;
    });
  expect(builds).toBe(1);
});

test('what is built notes the path that stays, not the link that led there', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, '..'));
  const link = join(root, crypto.randomUUID());
  symlinkSync(join(folder, '..'), link);
  let noted = '';
  await installOnce(join(link, 'thing-1.0'), context, async (target) => {
    noted = target;
  });
  expect(noted).toBe(realpathSync(folder));
});

test('a failed install is tried once more', async () => {
  const folder = newFolder();
  const said: string[] = [];
  let builds = 0;
  await installOnce(folder, { ...context, report: (progress) => said.push(progress) }, async (target) => {
    expect(readdirSync(target)).toEqual([]);
    writeFileSync(join(target, 'half'), '');
    if (++builds === 1) throw new Error('connection reset\nby peer');
  });
  expect(builds).toBe(2);
  expect(said).toEqual(['trying once more after: connection reset']);
});

test('a half-finished install starts again, in an empty folder', async () => {
  const folder = newFolder();
  const failing = installOnce(folder, context, async (target) => {
    writeFileSync(join(target, 'half'), '');
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  await installOnce(folder, context, async (target) => {
    expect(readdirSync(target)).toEqual([]);
    writeFileSync(join(target, 'whole'), '');
  });
  expect(existsSync(join(folder, 'whole'))).toBe(true);
});

test('with several starts at once, one installs and the others wait for it', async () => {
  const folder = newFolder();
  let building = 0;
  let builds = 0;
  const install = () =>
    installOnce(folder, context, async (target) => {
      builds++;
      expect(++building).toBe(1);
      for (let i = 0; i < 20; i++) await tick();
      mkdirSync(join(target, 'done'));
      building--;
    }).then(() => expect(existsSync(join(folder, 'done'))).toBe(true));
  await Promise.all([install(), install(), install()]);
  expect(builds).toBe(1);
});

test('waiting for another start can be cancelled', async () => {
  const folder = newFolder();
  const done = Promise.withResolvers<void>();
  const first = installOnce(folder, context, () => done.promise);
  const given = new AbortController();
  const report = () => given.abort(new Error('given up'));
  await expect(installOnce(folder, { report, signal: given.signal }, async () => {})).rejects.toThrow('given up');
  done.resolve();
  await first;
});
