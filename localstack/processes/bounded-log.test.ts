import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { boundLog } from './bounded-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillstream-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a log over the limit becomes the old log, and its process goes on writing at the start of an empty one', async () => {
  const file = join(folder, 'service.log');
  const log = openSync(file, 'a');
  // Writes a line for each that it gets.
  const service = spawn('cat', [], { stdio: ['pipe', log, 'ignore'] });
  const says = async (line: string) => {
    const before = statSync(file).size;
    service.stdin?.write(line);
    await expect.poll(() => statSync(file).size, { timeout: 30_000 }).toBe(before + line.length);
  };
  await says('first\n');
  boundLog(file, 6);
  expect(readdirSync(folder)).toEqual(['service.log']);
  await says('second\n');
  boundLog(file, 6);
  await says('third\n');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('first\nsecond\n');
  expect(readFileSync(file, 'utf8')).toBe('third\n');
  boundLog(file, 5);
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('third\n');
  service.stdin?.end();
  await once(service, 'exit');
});

test('a log that is not there yet is none', () => {
  boundLog(join(folder, 'missing.log'));
  writeFileSync(join(folder, 'small.log'), 'small');
  boundLog(join(folder, 'small.log'));
  expect(readFileSync(join(folder, 'small.log'), 'utf8')).toBe('small');
});
