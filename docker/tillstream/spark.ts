/**
 * The container `spark` of docker-compose.yml: Spark behind the stand-in for the API of EMR Serverless, which the DAGs call. Its
 * lake is in MinIO, the database's secret in LocalStack.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installFolderOf } from '#adapters/repository.ts';
import { jobEnvironment } from '#localstack/emr/job-environment.ts';
import { logLine } from '#localstack/processes/log-line.ts';
import { startEmr } from '#localstack/services/emr.ts';
import { readSparkSettings } from './settings.ts';

const { home, port, database, kafka, s3, awsEndpoint } = readSparkSettings(process.env);
const runFolder = join(home, 'run');
mkdirSync(runFolder, { recursive: true });

const emr = await startEmr(
  {
    address: '0.0.0.0',
    // The service's name in docker-compose.yml.
    names: ['127.0.0.1', 'localhost', 'spark'],
    port,
    // Those that Airflow's containers have too.
    credentials: s3,
    awsEndpoint,
    environment: {
      ...jobEnvironment({ database, kafka }),
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
    properties: { 'spark.hadoop.fs.s3a.endpoint': s3.endpoint },
  },
  { runFolder, installFolder: installFolderOf(home), report: (message) => logLine({ message }) },
);
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, async () => {
    await emr.stop();
    process.exit(0);
  });
logLine({ message: `application ${emr.applicationId} is ready` });
await emr.failed;
