/** Runs the parts of `npm test` one after the other and ends with one line that counts them all. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';

interface Part {
  readonly name: string;
  readonly command: readonly string[];
  /** File that the part writes its counts to, if it runs tests. */
  readonly results?: string;
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

const results = await mkdtemp(join(tmpdir(), 'tillstream-test-'));
const bin = (name: string) => inRepository(`node_modules/.bin/${name}`);

const vitest = (project: string): Part => {
  const file = join(results, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  return {
    name: project,
    command: [process.execPath, bin('vitest'), 'run', '--project', project, ...reporters],
    results: file,
  };
};

const parts: readonly Part[] = [
  { name: 'types', command: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'lint', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  vitest('unit'),
  vitest('integration'),
  vitest('faults'),
  vitest('end-to-end'),
];

async function run({ command, results: file }: Part): Promise<Counts> {
  const [program = '', ...args] = command;
  // The project's own Node, wherever the shell's PATH leads.
  const env = { ...process.env, PATH: `${inRepository('node_modules/node/bin')}:${process.env.PATH}` };
  const child = spawn(program, args, { cwd: repositoryRoot, stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  const code = await new Promise<number>((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
  if (!file) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  const counts = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as { numPassedTests: number; numFailedTests: number },
    () => ({ numPassedTests: 0, numFailedTests: 1 }),
  );
  // A failed hook or an unhandled error fails the run without failing a test.
  const failed = code !== 0 && counts.numFailedTests === 0 ? 1 : counts.numFailedTests;
  return { passed: counts.numPassedTests, failed };
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !parts.some((part) => part.name === name));
if (unknown) {
  console.error(`There is no part ${unknown}. The parts are: ${parts.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

let passed = 0;
let failed = 0;
for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const began = performance.now();
  console.log(`\n── ${part.name}`);
  const counts = await run(part);
  passed += counts.passed;
  failed += counts.failed;
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`── ${part.name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
}
await rm(results, { recursive: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
