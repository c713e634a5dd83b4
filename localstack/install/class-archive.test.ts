import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { classArchive, endRehearsal } from './class-archive.ts';
import { run } from './run.ts';

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tillstream class archive-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const context = (signal?: AbortSignal) => ({
  installFolder: folder,
  report: (progress: string) => said.push(progress),
  ...(signal && { signal }),
});
type Rehearse = Parameters<typeof classArchive>[2];
/** The version of Java is what this program says: nothing. */
const archive = (rehearse: Rehearse, { signal, java = 'true' }: { signal?: AbortSignal; java?: string } = {}) =>
  classArchive(join(folder, 'program'), context(signal), rehearse, java);
/** Says where each class came from. */
const java = (options: readonly string[]) => run('java', [...options, '-Xlog:class+load', '-version']);
const written: Rehearse = async ([option = '']) => writeFileSync(option.slice(option.indexOf('=') + 1), '');
const refused = () => Promise.reject(new Error('no port\nat all'));
const wentOn = 'goes on without an archive of its classes: no port';

it('makes an archive once, from which Java starts, and without which too if it is damaged', async () => {
  const options = await archive(java);
  expect(await java(options)).toContain('shared objects file (top)');
  expect(await archive(() => Promise.reject(new Error('a second rehearsal')))).toEqual(options);

  writeFileSync(options[0]?.split('=')[1] as string, 'damaged');
  expect(await java(options)).not.toContain('(top)');
});

it('goes on without one if the rehearsal fails, says why, and rehearses again a day later', async () => {
  expect(await archive(refused)).toEqual([]);
  expect(said.at(-1)).toBe(wentOn);
  expect(await archive(written)).toEqual([]);
  const note = join(folder, readdirSync(folder).find((name) => name.endsWith('.failed')) as string);
  const yesterday = Date.now() / 1_000 - 24 * 3_600 - 1;
  utimesSync(note, yesterday, yesterday);
  expect(await archive(written)).toHaveLength(3);
});

it('goes on without one where nothing can be installed, or without a Java', async () => {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'no folder');
  expect(await archive(written)).toEqual([]);
  expect(await archive(written, { java: 'no-such-java' })).toEqual([]);
  expect(said.at(-1)).toContain('no-such-java could not be run');
});

it('keeps the archive of the Java that is there, whatever options others have for it', async () => {
  const javas = ['first', 'second'].map((version) => {
    const file = join(folder, version);
    writeFileSync(file, `#!/bin/sh\necho ${version} "$JAVA_TOOL_OPTIONS"\n`, { mode: 0o700 });
    return file;
  });
  const archives = () => readdirSync(folder).filter((name) => name.startsWith('program-classes-'));
  const other = join(folder, 'program-of-another-classes-0');
  mkdirSync(other);
  await archive(written, { java: javas[0] as string });
  const [first] = archives();
  vi.stubEnv('JAVA_TOOL_OPTIONS', '-Dsome=thing');
  await archive(written, { java: javas[0] as string });
  expect(archives()).toEqual([first]);
  await archive(written, { java: javas[1] as string });
  expect(archives()).toHaveLength(1);
  expect(archives()).not.toContain(first);
  expect(existsSync(other)).toBe(true);
});

it('kills a rehearsal that still writes when the start is cancelled', async () => {
  const cancelled = new AbortController();
  const killed = Promise.withResolvers<void>();
  const service = {
    // Only its kill ends what writes.
    stop: () => killed.promise,
    kill: async () => killed.resolve(),
  };
  const rehearse = async () => {
    const ended = endRehearsal(service, cancelled.signal);
    cancelled.abort(new Error('Ctrl-C'));
    await ended;
  };
  await expect(archive(rehearse, { signal: cancelled.signal })).rejects.toThrow('Ctrl-C');
  expect(readdirSync(folder).filter((name) => name.endsWith('.failed'))).toEqual([]);
});
