/** What all contenders share: Kafka, PostgreSQL, and LocalStack, which is S3 for all and runs our functions. */
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { topics } from '#domain/streams.ts';
import { deployLocal } from '#localstack/deployment/deploy.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import type { RunningService, StartContext } from '#localstack/processes/service.ts';
import { startKafka } from '#localstack/services/kafka.ts';
import { localCredentials, REGION } from '#localstack/services/local-aws.ts';
import { startLocalStack } from '#localstack/services/localstack.ts';
import { processCpu, treeCpu } from '../cpu.ts';
import { startDatabase } from '../postgres.ts';
import type { Settings } from '../settings.ts';

export interface Services extends Pick<StartContext, 'runFolder' | 'installFolder' | 'report'> {
  readonly bootstrapServers: string;
  readonly kafka: KafkaConnection;
  readonly awsEndpoint: string;
  readonly s3: S3Client;
  readonly bucket: string;
  /** A connection string of the database's owner. */
  readonly database: string;
  /** One session, whose CPU time isn't counted: the referee's. */
  readonly pool: Pool;
  /** CPU seconds so far. */
  cpu(): { readonly postgres: number; readonly kafka: number; readonly localstack: number };
  stop(): Promise<void>;
}

export async function startServices({
  folder,
  installFolder,
}: Pick<Settings, 'folder' | 'installFolder'>): Promise<Services> {
  const [kafkaPort = 0, controllerPort = 0, awsPort = 0] = await freePorts(3);
  const report = (progress: string) => console.error(`services: ${progress}`);
  const context = { runFolder: folder, installFolder, report };
  const started: RunningService[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    await Promise.all(closing.map((close) => close()));
    await Promise.all(started.map((service) => service.stop()));
  };
  const keep = <Service extends RunningService>(service: Service): Service => {
    started.push(service);
    return service;
  };
  try {
    const { pool, connection, url, ...postgres } = await startDatabase({ folder, installFolder });
    closing.push(postgres.stop);
    const broker = keep(await startKafka({ port: kafkaPort, controllerPort }, context));
    const localstack = keep(await startLocalStack({ port: awsPort }, context));
    const { bootstrapServers } = broker;
    const kafka = await connectKafka({ bootstrapServers, clientId: 'benchmark' });
    closing.push(kafka.close);
    await kafka.createTopics(topics);
    const { bucket } = await deployLocal({
      awsEndpoint: localstack.endpoint,
      postgres: connection,
      kafka: { bootstrapServers },
      elasticsearch: { url: 'http://127.0.0.1:1' }, // What needs it isn't called.
      outdir: join(installFolder, 'cdk.out'),
      report,
    });
    await pool.query('set max_parallel_workers_per_gather = 0'); // Workers would count as the contender's.
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    const referee = rows[0]?.pid ?? 0;
    const cpuOf = ({ pids }: RunningService) => pids.reduce((sum, pid) => sum + treeCpu(pid), 0);
    return {
      ...{ ...context, bootstrapServers, kafka, awsEndpoint: localstack.endpoint, bucket, pool, stop },
      s3: new S3Client({
        ...{ endpoint: localstack.endpoint, region: REGION, forcePathStyle: true },
        credentials: localCredentials,
      }),
      database: url,
      cpu: () => ({
        postgres: postgres.cpu() - processCpu(referee),
        kafka: cpuOf(broker),
        localstack: cpuOf(localstack),
      }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
