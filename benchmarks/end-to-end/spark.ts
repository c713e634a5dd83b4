/** Spark Structured Streaming: each micro-batch becomes Parquet in S3, then rows; its checkpoint keeps the offsets. */
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { openLake } from '#adapters/lake/index.ts';
import { sparkDefaults } from '#localstack/emr/spark-defaults.ts';
import { sparkEnvironment } from '#localstack/emr/spark-environment.ts';
import { submitCommand } from '#localstack/emr/spark-submit.ts';
import { installSpark, SPARK_CODE } from '#localstack/install/spark.ts';
import { NO_PERF_DATA } from '#localstack/processes/java.ts';
import { supervise, temporaryFolder } from '#localstack/processes/supervise.ts';
import { awsVariables } from '#localstack/services/local-aws.ts';
import { treeCpu } from '../cpu.ts';
import type { Contender, Run } from './contender.ts';
import { objectsBelow } from './objects.ts';
import type { Services } from './services.ts';
import { makeTable } from './tables.ts';

/** @param idempotent whether a micro-batch that is repeated writes over its own folder, or appends as the usual example does */
export function spark({ idempotent }: { readonly idempotent: boolean }): Contender {
  const id = idempotent ? 'spark_folders' : 'spark';
  const table = `contest.${id}`;
  return {
    name: idempotent ? 'Spark, a folder for each batch' : 'Spark Structured Streaming',
    remark: `foreachBatch; ${idempotent ? 'a repeated batch writes over its folder' : 'Parquet is appended'}; a table by key`,
    topic: `orders_${id}`,
    table,
    prepare: ({ pool }) => makeTable(pool, table),
    objects: (services) => objectsBelow(services, `${id}/orders/`),
    start: (services) => start(services, { id, topic: `orders_${id}`, table, idempotent }),
  };
}

const MASTER = 'local[2]';
const LOGGING = join(SPARK_CODE, '..', 'localstack', 'emr', 'conf', 'log4j2.properties');

async function start(
  services: Services,
  {
    id,
    ...settings
  }: { readonly id: string; readonly topic: string; readonly table: string; readonly idempotent: boolean },
): Promise<Run> {
  const { runFolder, installFolder, report, awsEndpoint, bootstrapServers, bucket, database, kafka } = services;
  const installed = await installSpark({ installFolder, report });
  const name = id.replace('_', ' ');
  const temporary = temporaryFolder(runFolder, name);
  const javaOptions = [...installed.javaOptions, NO_PERF_DATA, `-Dlog4j2.configurationFile=${LOGGING}`];
  const { args } = submitCommand(
    MASTER,
    sparkDefaults({ jars: installed.jars, s3: awsEndpoint, temporary, javaOptions }),
    {
      entryPoint: join(import.meta.dirname, 'spark_consumer.py'),
      entryPointArguments: [JSON.stringify({ ...settings, bootstrapServers, database, place: `s3://${bucket}/${id}` })],
      sparkSubmitParameters: `--py-files "${join(SPARK_CODE, 'database.py')}"`,
    },
  );
  const logFile = join(runFolder, 'logs', `${id}.log`);
  const driver = await supervise(
    {
      name,
      command: join(installed.home, 'bin', 'spark-submit'),
      args,
      env: { ...sparkEnvironment(installed), ...awsVariables(awsEndpoint), SPARK_LOCAL_DIRS: temporary },
      cwd: temporary,
      logFile,
    },
    runFolder,
  );
  return {
    failed: driver.failed,
    async isDone() {
      const committed = await committedOffsets(services, `${id}/checkpoint`, settings.topic);
      const ends = await kafka.offsets(settings.topic);
      return ends.every(({ partition, latest }) => committed[partition] === latest);
    },
    cpu: () => ({ own: treeCpu(driver.pid), inLocalStack: 0 }),
    kill: driver.kill,
    stop: driver.stop,
  };
}

/** By partition, those behind the last micro-batch that is done, as the checkpoint has them. */
async function committedOffsets(
  { s3, bucket }: Services,
  checkpoint: string,
  topic: string,
): Promise<Readonly<Record<string, number>>> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: `${checkpoint}/commits/` }),
  );
  const batches = Contents.map(({ Key = '' }) => Number(Key.split('/').at(-1) || Number.NaN)).filter(Number.isInteger);
  if (batches.length === 0) return {};
  const offsets = await openLake(bucket, s3).read(`${checkpoint}/offsets/${Math.max(...batches)}`);
  // A version, settings, and a line for each source.
  return JSON.parse(Buffer.from(offsets).toString().split('\n')[2] ?? '{}')[topic] ?? {};
}
