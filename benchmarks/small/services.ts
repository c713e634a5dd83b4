/** A PostgreSQL and an S3 of the benchmark's own, with what functions need of them. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Pool } from '#adapters/postgres/index.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { awsVariables, localCredentials, REGION } from '#localstack/services/local-aws.ts';
import { startLocalStack } from '#localstack/services/localstack.ts';
import { stockShelves } from '../inventory/input.ts';
import { migrateAll, startDatabase } from '../postgres.ts';
import type { Settings } from '../settings.ts';

export interface Services {
  /** Of every function. */
  readonly environment: Readonly<Record<string, string>>;
  /** Empties the tables; each consumer then begins at offset 0 of this partition. */
  empty(partition: number): Promise<void>;
  /** CPU seconds that PostgreSQL has used so far. */
  serverCpu(): number;
  stop(): Promise<void>;
}

const BUCKET = 'benchmark';

export async function startServices(folders: Pick<Settings, 'folder' | 'installFolder'>): Promise<Services> {
  const [awsPort = 0] = await freePorts(1);
  const context = { runFolder: folders.folder, installFolder: folders.installFolder, report: console.error };
  const { pool, connection, cpu, stop } = await startDatabase(folders);
  const localstack = await startLocalStack({ port: awsPort }, context);
  await migrateAll(pool);
  await pool.query(PLAIN_TABLE);
  const { endpoint } = localstack;
  const { port, database, user, password } = connection;
  await makeBucketAndSecret(endpoint, { username: user, password });
  return {
    environment: {
      ...awsVariables(endpoint),
      ...{ DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(port), DATABASE_NAME: database, DATABASE_USER: user },
      ...{ DATABASE_SECRET_ID: BUCKET, DATABASE_TLS: 'off', PLAIN_PASSWORD: password, LAKE_BUCKET: BUCKET },
      // Nobody asks Kafka, since no batch has a hole; the relay and the load are called, and aren't there.
      ...{ KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9', RELAY_FUNCTION: 'relay-outbox', LOAD_FUNCTION: 'load-orders' },
      ...{
        POWERTOOLS_SERVICE_NAME: 'benchmark',
        POWERTOOLS_METRICS_NAMESPACE: 'Tillstream',
        TILLSTREAM_ENVIRONMENT: 'local',
      },
      ...{
        AWS_LAMBDA_FUNCTION_NAME: 'benchmark',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
        NODE_OPTIONS: '--enable-source-maps',
      },
    },
    empty: (partition) => empty(pool, partition),
    serverCpu: cpu,
    async stop() {
      await Promise.all([stop(), localstack.stop()]);
    },
  };
}

const PLAIN_TABLE = `
  create table public.plain_transactions (
    transaction_id uuid primary key, user_id uuid, amount numeric, currency text, status text, event_time timestamptz
  )`;

async function makeBucketAndSecret(endpoint: string, secret: { username: string; password: string }): Promise<void> {
  const settings = { endpoint, region: REGION, credentials: localCredentials };
  await new S3Client({ ...settings, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
  const named = { Name: BUCKET, SecretString: JSON.stringify(secret) };
  await new SecretsManagerClient(settings).send(new CreateSecretCommand(named));
}

async function empty(pool: Pool, partition: number): Promise<void> {
  await pool.query(
    `truncate public.plain_transactions, payments.transactions, payments.changed_hours, shop.products, inventory.inventory,
       inventory.events_log, inventory.orders, ledger.outbox, ledger.partitions cascade`,
  );
  await stockShelves(pool);
  for (const { consumer, topic } of Object.values<Stream>(streams))
    await pool.query('insert into ledger.partitions values ($1, $2, $3, 0, 0)', [consumer, topic, partition]);
  await pool.query('vacuum analyze');
  await pool.query('checkpoint');
}
