/**
 * The container `tillstream` of docker-compose.yml: makes topics and lake, deploys the environment `local` into LocalStack,
 * then does the work of Lambda's poller. It serves metrics for Prometheus on METRICS_PORT.
 *
 * Exits with 1 when a restart of LocalStack has lost the functions: compose then starts it again, and it deploys again.
 */
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { awsLimits } from '#adapters/aws.ts';
import { configurationOf } from '#adapters/configuration-file.ts';
import { connectKafka } from '#adapters/kafka/index.ts';
import { openPool } from '#adapters/postgres/index.ts';
import { installFolderOf } from '#adapters/repository.ts';
import { functionNamed } from '#cdk/config/names.ts';
import { topics } from '#domain/streams.ts';
import { deployLocal } from '#localstack/deployment/deploy.ts';
import { logLine } from '#localstack/processes/log-line.ts';
import { seedShop } from '#simulator/seed.ts';
import { untilForgotten } from './forgotten.ts';
import { makeLake } from './lake.ts';
import { writeSchedules } from './schedules.ts';
import { serveMetrics } from './serve.ts';
import { readSettings } from './settings.ts';
import { publishStatus } from './status.ts';

const settings = readSettings(process.env);
const { home, postgres, awsEndpoint, elasticsearch } = settings;

const configuration = configurationOf('local').values;
writeSchedules(configuration, settings.schedulesFile);

const kafka = await connectKafka({ ...settings.kafka, clientId: 'tillstream-compose' });
const pool = openPool({ ...postgres, max: 2 });
await Promise.all([
  kafka.createTopics(topics),
  makeLake(settings.s3),
  deployLocal({
    awsEndpoint,
    postgres,
    kafka: settings.kafka,
    elasticsearch,
    configuration,
    passwords: { bi_reader: settings.biReaderPassword, console: settings.console.password },
    outdir: join(installFolderOf(home), 'cdk.out'),
    report: (progress) => log(progress),
  }),
]);
if (!settings.isShopEmpty) await seedShop(pool);
publishStatus(settings);

process.env.TILLSTREAM_ENVIRONMENT = 'local';
await import('#localstack/poller/main.ts');
serveMetrics({ port: settings.metricsPort, pool, kafka });
log('ready');

const { region, accessKeyId, secretAccessKey } = settings.s3;
const credentials = { accessKeyId, secretAccessKey };
const lambda = new LambdaClient({ endpoint: awsEndpoint, region, credentials, ...awsLimits, maxAttempts: 1 });
await untilForgotten(lambda, functionNamed('local', 'prove'));
log('LocalStack was restarted and has lost the functions. Exiting, so that compose starts this again and it deploys');
process.exit(1);

function log(message: string): void {
  logLine({ message });
}
