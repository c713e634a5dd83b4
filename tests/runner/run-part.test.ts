/** The processes of a part: what they print, how they exit, and how a signal stops them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identify } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';
import { runPart } from './run-part.ts';

/** A repository in which shell scripts replace the programs. */
let root: string;
let lines: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tillstream-run-part-'));
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
  lines = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const program = (name: string, script: string) =>
  writeFileSync(join(root, 'node_modules', '.bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
const run = (name: 'types' | 'lint', signal = new AbortController().signal) =>
  runPart(name, { root, files: [], env: process.env, alone: false, report: (line) => lines.push(line), signal });

test('a part that passes counts as one test, with its CPU time; its output is not reported', async () => {
  // A tenth of a second: the shell counts in hundredths.
  program('tsc', 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; echo fine');
  const { cpuSeconds, seconds, ...result } = await run('types');
  expect(result).toEqual({ name: 'types', passed: 1, failed: 0, files: [] });
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(lines).toEqual([]);
});

test('a part that fails is reported with its whole output', async () => {
  program('tsc', 'echo one; echo two >&2; exit 3');
  expect(await run('types')).toMatchObject({ passed: 0, failed: 1 });
  expect(lines.join('\n')).toMatch(/^── types failed; its whole output:\n(one\ntwo|two\none)\n$/);
});

test('lint also runs the linters of other languages, and fails if one of them does', async () => {
  program('biome', 'exit 0');
  mkdirSync(join(root, 'tests'));
  writeFileSync(join(root, 'tests', 'lint.ts'), "console.log('a finding'); process.exitCode = 1;");
  expect(await run('lint')).toMatchObject({ passed: 0, failed: 1 });
  expect(lines.join('\n')).toContain('a finding');
});

test('a signal stops the part and its descendants, and their output is not reported as a failure', async () => {
  program('tsc', 'sleep 600 & echo "child: installing $!"; wait');
  const ending = new AbortController();
  const result = run('types', ending.signal);
  const pid = await until(() => Number(/\d+/.exec(lines.join())?.[0]), { what: 'it has started', within: 30_000 });
  ending.abort('SIGTERM');
  expect(await result).toMatchObject({ passed: 0, failed: 1 });
  expect(lines.join('\n')).not.toContain('failed');
  await until(() => !identify(pid), { what: 'its child has ended', within: 30_000 });
});
