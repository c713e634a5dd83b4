import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
const archive = (rehearse: (options: readonly string[]) => Promise<unknown>, signal?: AbortSignal) =>
  classArchive(join(folder, 'program'), context(signal), rehearse);
/** Says where each class came from. */
const java = (options: readonly string[]) => run('java', [...options, '-Xlog:class+load', '-version']);

it('makes an archive once, from which Java starts, and without which too: if it is damaged or gone', async () => {
  const options = await archive(java);
  expect(await java(options)).toContain('shared objects file (top)');
  expect(await archive(() => Promise.reject(new Error('a second rehearsal')))).toEqual(options);

  const file = options[0]?.split('=')[1] as string;
  rmSync(file);
  expect(await java(options)).not.toContain('(top)');
  writeFileSync(file, 'damaged');
  expect(await java(options)).not.toContain('(top)');
});

it('goes on without one if the rehearsal fails, and says why', async () => {
  expect(await archive(() => Promise.reject(new Error('no port\nat all')))).toEqual([]);
  expect(said.at(-1)).toBe('goes on without an archive of its classes: no port');
});

it('kills a rehearsal that still writes when the start is cancelled', async () => {
  const cancelled = new AbortController();
  const killed = Promise.withResolvers<void>();
  const service = {
    // Only its kill ends what writes.
    stop: () => killed.promise,
    kill: async () => killed.resolve(),
  };
  const made = archive(async () => {
    const ended = endRehearsal(service, cancelled.signal);
    cancelled.abort(new Error('Ctrl-C'));
    await ended;
  }, cancelled.signal);
  await expect(made).rejects.toThrow('Ctrl-C');
});
