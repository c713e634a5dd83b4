/**
 * One stack for all tests of a project: Kafka, PostgreSQL, LocalStack and Elasticsearch on free ports, without Airflow. A
 * test gets it by `inject('stack')` and creates its own topics, databases and buckets in it.
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { kafkaOf } from '#adapters/configuration.ts';
import { connectKafka } from '#adapters/kafka/index.ts';
import { installFolder } from '#adapters/repository.ts';
import { topics } from '#domain/streams.ts';
import { deployLocal } from '#localstack/deployment/deploy.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { claimHome } from '#localstack/stack/home.ts';
import { portOptions, type StackPorts } from '#localstack/stack/ports.ts';
import type { StackServices } from '#localstack/stack/services.ts';
import { type Stack, type StackOptions, startStack } from '#localstack/stack/stack.ts';
import { readStatus, type StackStatus } from '#localstack/stack/status.ts';
import { makeTemplate } from './support/template-database.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    stack: StackStatus;
    /** Name of an empty database with all migrations and views, which tests copy. */
    template: string;
  }
}

/** With a space, as in the home folders of many people. */
const HOME_PREFIX = 'tillstream test home-';

/** Environment variable: the home of a running stack for the tests to use. They don't stop it. */
export const RUNNING_HOME = 'TILLSTREAM_TEST_HOME';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = process.env[RUNNING_HOME];
  if (home) {
    const status = statusIn(home);
    const template = await makeTemplate(status);
    provide(project, status, template.name);
    return template.remove;
  }
  const stack = await startTestStack();
  try {
    provide(project, stack.status, (await makeTemplate(stack.status)).name);
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack.stop;
}

function statusIn(home: string): StackStatus {
  const status = readStatus(join(home, 'run'));
  if (!status) throw new Error(`No stack runs in ${home}: start one with npm start, or unset ${RUNNING_HOME}.`);
  return status;
}

function provide(project: TestProject, status: StackStatus, template: string): void {
  project.provide('stack', status);
  project.provide('template', template);
}

/** Starts a separate stack, with its own home and free ports, for tests that stop services. Airflow only on request. */
async function startTestStack(options: Partial<StackOptions> = {}): Promise<Stack> {
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

/** Starts a test stack with topics and functions; they are deployed while Airflow starts, as with `npm start`. */
export async function startDeployedStack(
  options: Partial<Pick<StackOptions, 'airflow' | 'sparkCode'>> = {},
): Promise<Stack> {
  return startTestStack({ ...options, deploy });
}

/** Topics and functions, as `npm start` deploys them. */
export async function deploy({ kafka, postgres, localstack, elasticsearch }: StackServices): Promise<void> {
  const access = kafkaOf(kafka);
  const connection = await connectKafka({ ...access, clientId: 'test-stack' });
  await connection.createTopics(topics).finally(() => connection.close());
  await deployLocal({
    awsEndpoint: localstack.endpoint,
    postgres: postgres.connection,
    kafka: access,
    elasticsearch,
    outdir: join(installFolder, 'cdk.out'),
    report: () => {},
  });
}

export async function freeStackPorts(): Promise<StackPorts> {
  const names = Object.keys(portOptions);
  const ports = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as unknown as StackPorts;
}

/** Cleans up after killed test runs, which could not stop their services or remove their homes. */
export async function removeDeadHomes(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(HOME_PREFIX))) {
    const home = join(tmpdir(), name);
    if (!existsSync(join(home, 'run.lock'))) continue; // Another run has just created it, or is removing it.
    const claimed = await claimHome(home).catch(() => undefined); // Fails while its run is alive.
    if (!claimed) continue;
    claimed.release();
    remove(home);
  }
}

function remove(home: string): void {
  rmSync(home, { recursive: true, force: true });
}
