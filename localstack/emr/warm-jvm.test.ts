import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRecord } from '../processes/process-record.ts';
import { until } from '../processes/until.ts';
import { type JvmSettings, type WarmJvm, warmJvm } from './warm-jvm.ts';

/** A program in Spark's place that does as keep.py: tells something of its own in the file that its last argument names, and stays. */
const SUBMIT = `#!/bin/sh
for file; do :; done
echo "{\\"PYSPARK_GATEWAY_PORT\\": \\"$$\\", \\"PYSPARK_GATEWAY_SECRET\\": \\"secret\\"}" > "$file.new"
mv "$file.new" "$file"
exec sleep 600
`;
let settings: JvmSettings;
let jvm: WarmJvm;

beforeEach(() => {
  const runFolder = mkdtempSync(join(tmpdir(), 'tillstream jvm-'));
  mkdirSync(join(runFolder, 'bin'));
  writeFileSync(join(runFolder, 'bin', 'spark-submit'), SUBMIT, { mode: 0o700 });
  const env = { PATH: process.env.PATH };
  settings = { ...{ runFolder, sparkHome: runFolder, master: 'local[2]', env }, properties: () => ({}) };
});
afterEach(async () => {
  await jvm.end('kill');
  rmSync(settings.runFolder, { recursive: true });
});

const port = async () => (await jvm.use(settings)).PYSPARK_GATEWAY_PORT;
const gone = (what: string) =>
  until(() => readRecord(settings.runFolder).length === 0, { what: `the JVM ${what} has ended`, within: 30_000 });

it('stays for the next jobs, but not for ever', async () => {
  jvm = warmJvm({ mostJobs: 2 });
  const first = await port();
  await jvm.leave();
  expect(await port()).toBe(first);
  // It has had two.
  await jvm.leave();
  expect(readRecord(settings.runFolder)).toEqual([]);
});

it('ends when no job comes, and the next one starts another', async () => {
  jvm = warmJvm({ idle: 1 });
  const first = await port();
  await jvm.leave();
  await gone('without work');
  expect(await port()).not.toBe(first);
});

it('is replaced when it has died', async () => {
  jvm = warmJvm();
  const first = await port();
  process.kill(Number(first), 'SIGKILL');
  await gone('that was killed');
  expect(await port()).not.toBe(first);
});
