/** A PostgreSQL and an S3 of the benchmark's own, with what functions need of them. */
import { chmodSync } from 'node:fs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { awsVariables, localCredentials, REGION } from '#localstack/services/local-aws.ts';
import { startLocalStack } from '#localstack/services/localstack.ts';
import { startPostgres } from '#localstack/services/postgres.ts';
import { sqlFolder } from '#sql/folder.ts';
import { migrate, readMigrations } from '#sql/migrate.ts';
import { treeCpu } from '../cpu.ts';
import { stockShelves } from '../inventory/input.ts';
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
const PASSWORD = 'benchmark';

export async function startServices({
  folder,
  installFolder,
}: Pick<Settings, 'folder' | 'installFolder'>): Promise<Services> {
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  const [port = 0, awsPort = 0] = await freePorts(2);
  const context = { runFolder: folder, installFolder, report: (progress: string) => console.error(progress) };
  const server = await startPostgres({ port, password: PASSWORD }, context);
  const localstack = await startLocalStack({ port: awsPort }, context);
  const pool = openPool({ ...server.connection, max: 1 });
  await migrate(pool, await readMigrations(sqlFolder('migrations')));
  await pool.query(PLAIN_TABLE);
  const { endpoint } = localstack;
  const { database, user } = server.connection;
  await makeBucketAndSecret(endpoint, user);
  return {
    environment: {
      ...awsVariables(endpoint),
      ...{ DATABASE_HOST: '127.0.0.1', DATABASE_PORT: String(port), DATABASE_NAME: database, DATABASE_USER: user },
      ...{ DATABASE_SECRET_ID: BUCKET, DATABASE_TLS: 'off', PLAIN_PASSWORD: PASSWORD, LAKE_BUCKET: BUCKET },
      // Nobody asks Kafka, since no batch has a hole; the relay is called, and isn't there.
      ...{ KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9', RELAY_FUNCTION: 'relay-outbox' },
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
    serverCpu: () => server.pids.reduce((sum, pid) => sum + treeCpu(pid), 0),
    async stop() {
      await pool.end();
      await Promise.all([server.stop(), localstack.stop()]);
    },
  };
}

const PLAIN_TABLE = `
  create table public.plain_transactions (
    transaction_id uuid primary key, user_id uuid, amount numeric, currency text, status text, event_time timestamptz
  )`;

async function makeBucketAndSecret(endpoint: string, username: string): Promise<void> {
  const settings = { endpoint, region: REGION, credentials: localCredentials };
  await new S3Client({ ...settings, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
  const SecretString = JSON.stringify({ username, password: PASSWORD });
  await new SecretsManagerClient(settings).send(new CreateSecretCommand({ Name: BUCKET, SecretString }));
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
