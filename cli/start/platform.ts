/** The whole local platform: the stack's services, what is deployed onto them, the topics and the event source poller. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { kafkaOf } from '#adapters/configuration.ts';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { installFolderOf } from '#adapters/repository.ts';
import { consoleUrl, newKey } from '#console/server/link.ts';
import { topics } from '#domain/streams.ts';
import { deployLocal } from '#localstack/deployment/deploy.ts';
import type { OwnServices } from '#localstack/own/given.ts';
import { startPollerProcess } from '#localstack/poller/poller-process.ts';
import type { RunningService } from '#localstack/processes/service.ts';
import type { StackPorts } from '#localstack/stack/ports.ts';
import type { StackServices } from '#localstack/stack/services.ts';
import { type Stack, startStack } from '#localstack/stack/stack.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import { poolOf } from '../backbone.ts';
import { pageOf, type ServedPage, servePage } from '../page.ts';

export interface Platform {
  readonly stack: Stack;
  readonly kafka: KafkaConnection;
  /** As the database's owner. */
  readonly pool: Pool;
  /** The page's: one look for it and for the terminal. */
  readonly pulse: PulseFeed;
  /** The folder of installed software. */
  readonly installFolder: string;
  /** Rejects as soon as a part of the platform ends unexpectedly. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

export interface PlatformOptions {
  readonly home: string;
  readonly ports: StackPorts;
  readonly keep: boolean;
  readonly own: OwnServices;
  /** Whether a ledger in use that does not say where it belongs is taken as these services'. */
  readonly adopt: boolean;
  readonly signal: AbortSignal;
  report(who: string, what: string): void;
}

export async function startPlatform({ report, ...options }: PlatformOptions): Promise<Platform> {
  const { home, ports } = options;
  const installFolder = installFolderOf(home);
  const biReaderPassword = newPassword();
  const login = { user: 'console', password: newPassword() };
  let kafka: KafkaConnection | undefined;
  let poller: RunningService | undefined;
  const release = async () => {
    await Promise.all([poller?.stop(), kafka?.close().catch(() => {})]);
  };

  const deploy = async (services: StackServices): Promise<void> => {
    const access = kafkaOf(services.kafka);
    const makeTopics = async () => {
      kafka = await connectKafka({ ...access, clientId: 'tillstream-start' });
      await kafka.createTopics(topics);
    };
    const functions = deployLocal({
      awsEndpoint: services.localstack.endpoint,
      postgres: services.postgres.connection,
      kafka: access,
      elasticsearch: services.elasticsearch,
      passwords: { bi_reader: biReaderPassword, console: login.password },
      outdir: join(installFolder, 'cdk.out'),
      report: (progress) => report('functions', progress),
    });
    await Promise.all([makeTopics(), functions]);
    report('functions', 'ready');
    const awsEndpoint = services.localstack.endpoint;
    poller = await startPollerProcess({ runFolder: join(home, 'run'), ...access, awsEndpoint });
    report('poller', 'ready');
  };

  const started = { ...options, report, deploy, biReaderPassword };
  const page = { url: consoleUrl(ports.console), key: newKey(), login };
  const stack = await startStack({ ...started, console: page }).catch(async (error) => {
    await release();
    throw error;
  });
  const failed = Promise.race([stack.failed, (poller as unknown as RunningService).failed]);
  failed.catch(() => {}); // Those who await it later still get the rejection; Node must not end the process before.
  const pool = poolOf(stack.status, 2);
  const connection = kafka as unknown as KafkaConnection;
  let served: ServedPage | undefined;
  const stop = async () => {
    try {
      // A page that can't be closed ends with the process; the rest must not wait for that.
      await Promise.all([served?.close().catch(() => {}), release(), pool.end().catch(() => {})]);
    } finally {
      await stack.stop();
    }
  };
  try {
    served = await servePage({ ...pageOf(stack.status), key: page.key, port: ports.console });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    stack,
    kafka: connection,
    pool,
    pulse: served.pulse,
    installFolder,
    failed,
    stop,
  };
}

const newPassword = (): string => randomBytes(18).toString('base64url');
