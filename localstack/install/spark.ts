/** Installs Spark as EMR Serverless has it: pyspark, boto3 and the jars for Kafka, S3 and PostgreSQL. Large, so only when needed. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepository } from '#adapters/repository.ts';
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
}

/** What it takes on disk; the download is a little smaller. */
export const SPARK_MEGABYTES = 380;

/** The code of the jobs; the cloud gets the same folder. */
export const SPARK_CODE = inRepository('spark');

export async function installSpark(context: InstallContext): Promise<SparkInstall> {
  const report = (progress: string) =>
    context.report(
      progress === 'installing its Python packages' ? `installing Spark, ${SPARK_MEGABYTES} MB` : progress,
    );
  const lockFile = join(SPARK_CODE, 'requirements.lock');
  const environment = await installPython({ ...context, report, name: 'spark', lockFile });
  const jars = await installJars(context);
  const python = join(environment, 'bin', 'python');
  const libraries = join(environment, 'lib');
  const [version] = readdirSync(libraries);
  return {
    home: join(libraries, version as string, 'site-packages', 'pyspark'),
    python,
    jars: join(jars, '*'),
  };
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
