import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isWithin } from './is-within.ts';

const root = mkdtempSync(join(tmpdir(), 'tillstream-within-'));
afterAll(() => rmSync(root, { recursive: true }));
const spark = join(root, 'spark');
mkdirSync(join(spark, 'jobs'), { recursive: true });
mkdirSync(join(root, 'spark-evil'));
for (const file of ['spark/run.py', 'spark/jobs/job.py', 'spark-evil/run.py', 'outside.py'])
  writeFileSync(join(root, file), '');
symlinkSync(join(root, 'outside.py'), join(spark, 'link.py'));
symlinkSync(root, join(spark, 'up'));
symlinkSync(spark, join(root, 'also-spark'));

test.each(['spark/run.py', 'spark/jobs/job.py', 'spark/jobs/../run.py', 'also-spark/run.py'])(
  '%s is in spark/',
  (file) => {
    expect(isWithin(spark, `${root}/${file}`)).toBe(true);
    expect(isWithin(join(root, 'also-spark'), `${root}/${file}`)).toBe(true);
  },
);

test.each([
  'outside.py',
  'spark/../outside.py',
  'spark/link.py',
  'spark/up/outside.py',
  'spark-evil/run.py',
  'spark/missing.py',
  'spark',
])('%s is not', (file) => expect(isWithin(spark, `${root}/${file}`)).toBe(false));

test('an address is not, nor a path that is relative to another folder', () => {
  for (const file of ['s3://work/run.py', 'file:///etc/passwd', 'run.py', ''])
    expect(isWithin(spark, file)).toBe(false);
});
