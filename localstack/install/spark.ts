/** Installs Spark as EMR Serverless has it: pyspark, boto3 and the jars for Kafka, S3 and PostgreSQL. Large, so only when needed. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
import { sparkDefaults } from '../emr/spark-defaults.ts';
import { sparkEnvironment } from '../emr/spark-environment.ts';
import { submitCommand } from '../emr/spark-submit.ts';
import { NO_PERF_DATA } from '../processes/java.ts';
import { ARCHIVED_WITHIN, classArchive } from './class-archive.ts';
import { type InstallContext, installOnce } from './once.ts';
import { installPython } from './python.ts';
import { run } from './run.ts';

export interface SparkInstall {
  /** SPARK_HOME, with `bin/spark-submit`. */
  readonly home: string;
  /** The Python that runs jobs' drivers; it has boto3. */
  readonly python: string;
  /** Class path of the jars that Spark lacks. */
  readonly jars: string;
  /** Options of the driver's Java. */
  readonly javaOptions: readonly string[];
}

/** What it takes on disk without the archive of its classes, which is 130 MB; the download is a little smaller. */
export const SPARK_MEGABYTES = 380;

/** Milliseconds for the job, and for the archive. */
const REHEARSED_WITHIN = 180_000 + ARCHIVED_WITHIN;

const REHEARSAL = join(import.meta.dirname, 'spark', 'rehearsal.py');

/** The code of the jobs; the cloud gets the same folder. */
export const SPARK_CODE = inRepository('spark');

export async function installSpark(context: InstallContext): Promise<SparkInstall> {
  const report = (progress: string) =>
    context.report(
      progress === 'installing its Python packages' ? `installing Spark, ${SPARK_MEGABYTES} MB` : progress,
    );
  const lockFile = join(SPARK_CODE, 'requirements.lock');
  const environment = await installPython({ ...context, report, name: 'spark', lockFile });
  const libraries = join(environment, 'lib');
  const [version] = readdirSync(libraries);
  const folder = await installJars(context);
  const spark = {
    home: join(libraries, version as string, 'site-packages', 'pyspark'),
    python: join(environment, 'bin', 'python'),
    jars: join(folder, '*'),
  };
  const javaOptions = await classArchive(
    folder,
    context,
    (options, temporary) => rehearse(spark, [...options, NO_PERF_DATA], temporary, context.signal),
    sparksJava(),
  );
  return { ...spark, javaOptions };
}

/** As Spark's bin/spark-class finds it. */
const sparksJava = (): string => (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java');

/** A small job of its own; its class path is that of the jobs. */
async function rehearse(
  { home, python, jars }: Omit<SparkInstall, 'javaOptions'>,
  javaOptions: readonly string[],
  temporary: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const properties = {
    ...sparkDefaults({ jars, s3: 'http://127.0.0.1:1', temporary, javaOptions }),
    // Nobody listens there.
    'spark.hadoop.fs.s3a.attempts.maximum': '1',
    'spark.hadoop.fs.s3a.retry.limit': '1',
    'spark.hadoop.fs.s3a.retry.interval': '1ms',
    'spark.hadoop.fs.s3a.access.key': 'test',
    'spark.hadoop.fs.s3a.secret.key': 'test',
  };
  const { args } = submitCommand('local[1]', properties, { entryPoint: REHEARSAL });
  const env = { ...sparkEnvironment({ home, python }), SPARK_LOCAL_DIRS: temporary };
  const tooLong = AbortSignal.timeout(REHEARSED_WITHIN);
  await run(join(home, 'bin', 'spark-submit'), args, {
    ...{ cwd: temporary, env, signal: signal ? AbortSignal.any([signal, tooLong]) : tooLong },
    // At SIGTERM Java would first write its archive, for longer than a stack may take to stop.
    endBy: 'SIGKILL',
  });
}

function installJars({ installFolder, report, signal }: InstallContext): Promise<string> {
  const pom = join(SPARK_CODE, 'pom.xml');
  const hash = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 8);
  return installOnce(join(installFolder, `spark-jars-${hash}`), { report, signal }, async (target) => {
    report("installing Spark's jars with Maven");
    const options = [`-DoutputDirectory=${target}`, '-DexcludeTransitive=true'];
    await run('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', ...options], { signal });
  });
}
