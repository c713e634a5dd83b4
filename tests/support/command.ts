/** Runs the project's commands as a user does, in a separate home that shares the installed services. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inRepository, installFolder, repositoryRoot } from '#adapters/repository.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { portOptions } from '#localstack/stack/ports.ts';
import { withoutShop } from '../runner/settings.ts';

export interface Home {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

export async function newHome(): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream-e2e-'));
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  if (!existsSync(installFolder)) mkdirSync(installFolder, { recursive: true });
  symlinkSync(installFolder, join(folder, 'installed'));
  const variables = Object.values(portOptions).map(({ variable }) => variable);
  const ports = await freePorts(variables.length);
  const portVariables = variables.map((variable, index) => [variable, String(ports[index])]);
  return {
    folder,
    ports,
    env: { ...withoutShop(process.env), TILLSTREAM_HOME: folder, ...Object.fromEntries(portVariables) },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Running {
  readonly process: ChildProcess;
  /** Everything printed so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves with the exit code. */
  readonly exit: Promise<number | null>;
}

/** @param script `start.mjs` or `cli/tillstream.mjs` */
export function launch(home: Home, script: string, ...args: readonly string[]): Running {
  const child = spawn(process.execPath, [inRepository(script), ...args], {
    cwd: repositoryRoot,
    env: home.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  return { process: child, output, exit: new Promise((resolve) => child.on('close', (code) => resolve(code))) };
}

export async function tillstream(home: Home, ...args: readonly string[]) {
  const { output, exit } = launch(home, 'cli/tillstream.mjs', ...args);
  return { code: await exit, ...output };
}

/** Processes of that home that still run; they have its folder in their arguments or environment. */
export function leftovers(home: Home): string[] {
  const processes = execFileSync('ps', ['axeww', '-o', 'pid=,stat=,command='], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const ours = processes.split('\n').filter((line) => line.includes(home.folder) && !line.includes('vitest'));
  return ours.map((line) => line.slice(0, 200));
}
