/**
 * One stack for all integration tests: Kafka, PostgreSQL, LocalStack and Elasticsearch on free ports, without Airflow. A test asks
 * for it by `inject('stack')`, and makes topics, schemas and buckets of its own in it.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { claimHome } from '#localstack/home.ts';
import { freePorts } from '#localstack/ports.ts';
import { type Stack, type StackOptions, startStack } from '#localstack/stack.ts';
import { portOptions, type StackPorts } from '#localstack/stack-ports.ts';
import type { StackStatus } from '#localstack/status.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    stack: StackStatus;
  }
}

const HOME_PREFIX = 'tillstream-test-home-';

/** Shared by all tests and with `npm start`: nothing is installed twice. */
export const installFolder = join(import.meta.dirname, '..', '.tillstream', 'installed');

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startTestStack();
  project.provide('stack', stack.status);
  return () => stack.stop();
}

/** A stack of one's own, on free ports and in a home of its own, for tests that end services. Airflow only if asked for. */
export async function startTestStack(options: Partial<StackOptions> = {}): Promise<Stack> {
  await removeDeadHomes();
  const home = mkdtempSync(join(tmpdir(), HOME_PREFIX));
  chmodSync(home, 0o755); // PostgreSQL may run as another user.
  const stack = await startStack({
    home,
    installFolder,
    ports: await freeStackPorts(),
    airflow: false,
    report: (service, progress) => {
      if (progress.startsWith('installing')) console.log(`${service}: ${progress}`);
    },
    ...options,
  }).catch((error: unknown) => {
    remove(home);
    throw error;
  });
  return {
    ...stack,
    stop: async () => {
      await stack.stop();
      remove(home);
    },
  };
}

export async function freeStackPorts(): Promise<StackPorts> {
  const names = Object.keys(portOptions);
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as unknown as StackPorts;
}

/** A test run that was killed could not stop its services or remove its home. */
async function removeDeadHomes(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(HOME_PREFIX))) {
    const home = join(tmpdir(), name);
    if (!existsSync(join(home, 'run.lock'))) continue; // Another run has just made it, or is removing it.
    const claimed = await claimHome(home).catch(() => undefined); // Alive, then.
    if (!claimed) continue;
    claimed.release();
    remove(home);
  }
}

function remove(home: string): void {
  rmSync(home, { recursive: true, force: true });
}
