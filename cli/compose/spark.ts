/**
 * The container `spark` of docker-compose.yml: Spark behind the stand-in for EMR Serverless' API, which the DAGs call. Its
 * lake is MinIO; the database's secret is in LocalStack.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { jobEnvironment } from '#localstack/emr/job-environment.ts';
import { startEmr } from '#localstack/services/emr.ts';
import { readSettings } from './settings.ts';

const { home, postgres, kafka, s3, awsEndpoint, emrEndpoint } = readSettings(process.env);
const runFolder = join(home, 'run');
mkdirSync(runFolder, { recursive: true });

const emr = await startEmr(
  {
    host: '0.0.0.0',
    port: Number(new URL(emrEndpoint).port),
    awsEndpoint,
    environment: {
      ...jobEnvironment(postgres, kafka),
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
    properties: { 'spark.hadoop.fs.s3a.endpoint': s3.endpoint },
  },
  { runFolder, installFolder: join(home, 'installed'), report: (progress) => console.log(progress) },
);
console.log(`EMR Serverless: application ${emr.applicationId} on ${emr.endpoint}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, async () => {
    await emr.stop();
    process.exit(0);
  });
