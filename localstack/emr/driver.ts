/** Runs a job's driver with Spark on this machine; the first job installs it. */
import { join } from 'node:path';
import type { InstallContext } from '../install/once.ts';
import { installSpark, type SparkInstall } from '../install/spark.ts';
import { NO_PERF_DATA } from '../processes/java.ts';
import { logTail } from '../processes/log-tail.ts';
import { supervise, temporaryFolder } from '../processes/supervise.ts';
import type { Driver, JobRun } from './job-runs.ts';
import { lastLines } from './last-lines.ts';
import { sparkDefaults } from './spark-defaults.ts';
import { sparkEnvironment } from './spark-environment.ts';
import { submitCommand } from './spark-submit.ts';

export interface DriverSettings {
  readonly runFolder: string;
  readonly installFolder: string;
  /** LocalStack's address, for S3 and secrets. */
  readonly awsEndpoint: string;
  /** Properties that the application gives to every job. */
  readonly defaults: Readonly<Record<string, string>>;
}

const MASTER = 'local[2]';
const LOGGING = join(import.meta.dirname, 'conf', 'log4j2.properties');

/** Such as run/logs/spark/<job run>/stderr. */
const logFolderOf = (runFolder: string, jobRunId: string): string => join(runFolder, 'logs', 'spark', jobRunId);

export async function startDriver(
  { runFolder, installFolder, awsEndpoint, defaults }: DriverSettings,
  { jobRunId, jobDriver, configurationOverrides }: JobRun,
  context: Pick<InstallContext, 'report' | 'signal'>,
): Promise<Driver> {
  const spark = await installSpark({ installFolder, ...context });
  const overrides = configurationOverrides?.applicationConfiguration?.find(
    ({ classification }) => classification === 'spark-defaults',
  )?.properties;
  const name = `Spark job ${jobRunId}`;
  const temporary = temporaryFolder(runFolder, name);
  const javaOptions = [...spark.javaOptions, NO_PERF_DATA, `-Dlog4j2.configurationFile=${LOGGING}`];
  const properties = {
    ...sparkDefaults({ jars: spark.jars, s3: awsEndpoint, temporary, javaOptions }),
    ...defaults,
    ...overrides,
  };
  const { args, env } = submitCommand(MASTER, properties, jobDriver.sparkSubmit);
  const logs = logFolderOf(runFolder, jobRunId);
  const logFile = join(logs, 'stdout');
  const errorFile = join(logs, 'stderr');
  const driver = await supervise(
    {
      name,
      command: join(spark.home, 'bin', 'spark-submit'),
      args,
      env: { ...environment(awsEndpoint, spark), SPARK_LOCAL_DIRS: temporary, ...env },
      cwd: temporary,
      logFile,
      errorFile,
    },
    runFolder,
  );
  return {
    // Its child processes must have ended too before the next job begins.
    exit: driver.exit.then((exit) => driver.stop().then(() => exit)),
    lastLines: () => lastLines(logTail(logFile, 200), logTail(errorFile, 200)),
    stop: driver.stop,
    kill: driver.kill,
  };
}

const environment = (awsEndpoint: string, spark: SparkInstall) => ({
  ...sparkEnvironment(spark),
  AWS_ENDPOINT_URL: awsEndpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
});
