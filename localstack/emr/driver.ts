/** Runs a job's driver with Spark on this machine; the first job installs it. */
import { join } from 'node:path';
import type { InstallContext } from '../install/once.ts';
import { installSpark, type SparkInstall } from '../install/spark.ts';
import { NO_PERF_DATA } from '../processes/java.ts';
import { logTail } from '../processes/log-tail.ts';
import { type SupervisedProcess, supervise, temporaryFolder } from '../processes/supervise.ts';
import { awsVariables } from '../services/local-aws.ts';
import type { Driver, JobRun } from './job-runs.ts';
import { lastLines } from './last-lines.ts';
import { sparkDefaults } from './spark-defaults.ts';
import { sparkEnvironment } from './spark-environment.ts';
import { modulesOf, submitCommand } from './spark-submit.ts';
import { attachCommand, type WarmJvm } from './warm-jvm.ts';

export interface DriverSettings {
  readonly runFolder: string;
  readonly installFolder: string;
  /** LocalStack's address, for S3 and secrets. */
  readonly awsEndpoint: string;
  /** Properties that the application gives to every job. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Environment variables of the JVM and the driver, which `ps` shows to nobody else. */
  readonly logins: Readonly<Record<string, string>>;
}

const MASTER = 'local[2]';
const LOGGING = join(import.meta.dirname, 'conf', 'log4j2.properties');

/** Such as run/logs/spark/<job run>/stderr. */
const logFolderOf = (runFolder: string, jobRunId: string): string => join(runFolder, 'logs', 'spark', jobRunId);

/**
 * A batch job without settings of its own runs with the JVM that the last one has left (warm-jvm.ts); any other gets one of its own.
 *
 * @param jvm for the batch jobs, of which one runs at a time
 */
export async function startDriver(
  { runFolder, installFolder, awsEndpoint, defaults, logins }: DriverSettings,
  { jobRunId, jobDriver, configurationOverrides, mode }: JobRun,
  jvm: WarmJvm,
  context: Pick<InstallContext, 'report' | 'signal'>,
): Promise<Driver> {
  const spark = await installSpark({ installFolder, ...context });
  const overrides = configurationOverrides?.applicationConfiguration?.find(
    ({ classification }) => classification === 'spark-defaults',
  )?.properties;
  const name = `Spark job ${jobRunId}`;
  const temporary = temporaryFolder(runFolder, name);
  const javaOptions = [...spark.javaOptions, NO_PERF_DATA, `-Dlog4j2.configurationFile=${LOGGING}`];
  const properties = (folder: string) => ({
    ...sparkDefaults({ jars: spark.jars, s3: awsEndpoint, temporary: folder, javaOptions }),
    ...defaults,
    ...overrides,
  });
  const { args, env } = submitCommand(MASTER, properties(temporary), jobDriver.sparkSubmit);
  const logs = logFolderOf(runFolder, jobRunId);
  const logFile = join(logs, 'stdout');
  const errorFile = join(logs, 'stderr');
  const machine = { ...environment(awsEndpoint, spark), ...logins };
  const common = { ...machine, SPARK_LOCAL_DIRS: temporary, ...env };
  const modules = mode === 'STREAMING' || overrides ? undefined : modulesOf(jobDriver.sparkSubmit);
  const command = { name, cwd: temporary, logFile };

  if (!modules) {
    const submit = join(spark.home, 'bin', 'spark-submit');
    const driver = await supervise({ ...command, command: submit, args, env: common, errorFile }, runFolder);
    return driverOf(driver, errorFile);
  }
  const { signal } = context;
  const gateway = await jvm.use({ runFolder, sparkHome: spark.home, master: MASTER, env: machine, properties, signal });
  const attached = attachCommand(jobDriver.sparkSubmit, errorFile, modules);
  const whole = { ...common, ...attached.env, ...gateway };
  const program = { command: spark.python, args: attached.args, env: whole, otherLogs: [errorFile] };
  const driver = await supervise({ ...command, ...program }, runFolder).catch(async (error) => {
    await jvm.end('kill');
    throw error;
  });
  return driverOf(driver, errorFile, (exit) => (exit === 0 ? jvm.leave() : jvm.end('kill')));
}

/** @param ended is awaited when the driver's processes have ended, before the next job begins */
const driverOf = (
  driver: SupervisedProcess,
  errorFile: string,
  ended: (exit: number | string) => Promise<void> = async () => {},
): Driver => ({
  exit: driver.exit.then(async (exit) => {
    // Its child processes must have ended too before the next job begins.
    await driver.stop();
    await ended(exit);
    return exit;
  }),
  lastLines: () => lastLines(logTail(driver.logFile, 200), logTail(errorFile, 200)),
  stop: driver.stop,
  kill: driver.kill,
});

const environment = (awsEndpoint: string, spark: SparkInstall) => ({
  ...sparkEnvironment(spark),
  ...awsVariables(awsEndpoint),
});
