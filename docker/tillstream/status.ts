/** Writes status.json for the compose project, so that `npx tillstream …` works in the container as beside `npm start`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { functionPrefix } from '#cdk/config/names.ts';
import { consoleUrl } from '#console/server/link.ts';
import { identify } from '#localstack/processes/processes.ts';
import { EMR_APPLICATION, EMR_JOB_ROLE } from '#localstack/services/emr.ts';
import { biReaderOf, writeStatus } from '#localstack/stack/status.ts';
import type { ComposeSettings } from './settings.ts';

export function publishStatus(settings: ComposeSettings): void {
  const { home, kafka, postgres, s3, awsEndpoint, elasticsearch, emrEndpoint, airflow } = settings;
  const { region, accessKeyId, secretAccessKey } = s3;
  const runFolder = join(home, 'run');
  mkdirSync(runFolder, { recursive: true });
  writeStatus({
    pid: process.pid,
    processStarted: identify(process.pid)?.started,
    startedAt: new Date().toISOString(),
    runFolder,
    kafka,
    postgres,
    biReader: biReaderOf(postgres, settings.biReaderPassword),
    s3,
    lambda: { endpoint: awsEndpoint, region, accessKeyId, secretAccessKey, functionPrefix: functionPrefix('local') },
    elasticsearch,
    emr: {
      ...{ endpoint: emrEndpoint, region, accessKeyId, secretAccessKey },
      ...{ applicationId: EMR_APPLICATION, jobRoleArn: EMR_JOB_ROLE },
    },
    airflow,
    console: {
      url: consoleUrl(settings.console.port),
      key: settings.console.key,
      published: true,
      login: { user: 'console', password: settings.console.password },
    },
  });
}
