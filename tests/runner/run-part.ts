/** Runs one part in separate processes and returns its results. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { isProject, type PartName } from './parts.ts';
import type { FileResult, PartResult } from './summary.ts';

export interface RunOptions {
  readonly root: string;
  /** Only test files whose path contains one of these; all files if the list is empty. */
  readonly files: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Whether no other part runs: then its output goes straight to the terminal. Otherwise progress goes to `report`. */
  readonly alone: boolean;
  report(line: string): void;
  /** Stops the part; the abort reason is the signal that its processes get. */
  readonly signal: AbortSignal;
}

export async function runPart(name: PartName, options: RunOptions): Promise<PartResult> {
  const began = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-results-'));
  const results = join(folder, 'results.json');
  const times = join(folder, 'times');
  const output: string[] = [];
  try {
    let code = 0;
    let cpuSeconds: number | undefined;
    for (const command of commandsOf(name, results, options)) {
      code ||= await runCommand(command, times, output, options);
      const used = await readTimes(times);
      if (used !== undefined) cpuSeconds = (cpuSeconds ?? 0) + used;
    }
    const counts = isProject(name) ? await readResults(results, options.root) : undefined;
    const failedTests = counts?.failed ?? 0;
    // A failed hook or an unhandled error fails the run without failing a test.
    const failed = code !== 0 && failedTests === 0 ? 1 : failedTests;
    if (failed > 0 && !options.alone && !options.signal.aborted)
      options.report(`── ${name} failed; its whole output:\n${output.join('')}`);
    const passed = counts?.passed ?? (code === 0 ? 1 : 0);
    const seconds = (performance.now() - began) / 1000;
    return { name, passed, failed, seconds, cpuSeconds, files: counts?.files ?? [] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function commandsOf(name: PartName, results: string, { root, files }: RunOptions): readonly (readonly string[])[] {
  const bin = (program: string) => join(root, 'node_modules', '.bin', program);
  // The page runs in a browser, whose library the rest must not see.
  if (name === 'types') return ['tsconfig.json', 'console/web'].map((project) => [bin('tsc'), '-p', project]);
  if (name === 'lint')
    return [
      [bin('biome'), 'check', '--error-on-warnings', '.'],
      [process.execPath, join(root, 'tests', 'lint.ts')],
      [process.execPath, join(root, 'docs', 'site', 'build.ts')],
    ];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  return [[process.execPath, bin('vitest'), 'run', '--project', name, ...reporters, ...files]];
}

/** Writes the CPU time that the command and its descendants have used, and exits with the command's code. */
const TIMED = 'file=$1; shift; "$@"; code=$?; times > "$file"; exit $code';

async function runCommand(
  command: readonly string[],
  times: string,
  output: string[],
  { root, env, alone, report, signal }: RunOptions,
): Promise<number> {
  if (signal.aborted) return 1;
  const child = spawn('sh', ['-c', TIMED, 'sh', times, ...command], {
    cwd: root,
    env,
    stdio: ['ignore', alone ? 'inherit' : 'pipe', alone ? 'inherit' : 'pipe'],
    // In a separate process group, so that a signal of the terminal reaches it only once: from here.
    detached: true,
  });
  const interrupt = () => child.pid !== undefined && killGroup(child.pid, signal.reason);
  signal.addEventListener('abort', interrupt);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output.push(text);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const progress = progressIn(stripVTControlCharacters(line));
        if (progress) report(progress);
      }
    });
  }
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
  signal.removeEventListener('abort', interrupt);
  return code;
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** @returns progress worth reporting: a test file failed or took a second, or a service is being installed */
function progressIn(line: string): string | undefined {
  const [, mark, file, milliseconds = 0] = /^ *([✓❯×]) .* (\S+\.test\.ts) \(.*?(?: (\d+)ms)?$/.exec(line) ?? [];
  if (file) return mark === '✓' && Number(milliseconds) < 1_000 ? undefined : `${mark} ${file} ${milliseconds} ms`;
  return /^\w+: installing/.test(line) ? line : undefined;
}

/** Reads the output of a shell's `times`: its own user and system time, then its children's, such as `1m2.34s 0m0.56s`. */
async function readTimes(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  await rm(file, { force: true });
  const found = [...text.matchAll(/(\d+)m([\d.]+)s/g)];
  if (found.length !== 4) return undefined;
  return found.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly name: string; readonly startTime: number; readonly endTime: number }[];
}

async function readResults(
  file: string,
  root: string,
): Promise<{ passed: number; failed: number; files: FileResult[] } | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 0, files: [] };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(text) as JsonReport;
  const files = testResults.map(({ name, startTime, endTime }) => ({
    file: relative(root, name),
    seconds: (endTime - startTime) / 1000,
  }));
  return { passed: numPassedTests, failed: numFailedTests, files };
}
