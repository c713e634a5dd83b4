/** Installs the jars of a Kafka broker from the machine's Maven repository. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InstallContext, installOnce } from './once.ts';
import { run } from './run.ts';

export interface KafkaInstall {
  /** The class path, 44 MB of jars. */
  readonly classPath: string;
  /** A formatted, empty data folder. Each start copies it, since formatting takes a JVM and seconds. */
  readonly emptyData: string;
}

const POM = join(import.meta.dirname, 'kafka', 'pom.xml');

/** The id in every data folder; a broker refuses a folder with another. */
const CLUSTER_ID = 'dGlsbHN0cmVhbS1sb2NhbA';

/** The settings that a data folder is formatted for. Ports are free to change. */
export const BROKER_IDENTITY = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
} as const;

export async function installKafka({ installFolder, report, signal }: InstallContext): Promise<KafkaInstall> {
  const content = readFileSync(POM, 'utf8');
  const version = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(content)?.[1];
  // The pom and this file decide what is installed.
  const hash = createHash('sha256')
    .update(content)
    .update(readFileSync(import.meta.filename))
    .digest('hex');
  const layout = (folder: string): KafkaInstall => ({
    classPath: join(folder, 'jars', '*'),
    emptyData: join(folder, 'empty-data'),
  });

  const folder = await installOnce(
    join(installFolder, `kafka-${version}-${hash.slice(0, 8)}`),
    { report, signal },
    async (target) => {
      report(`installing Kafka ${version} with Maven`);
      const jars = `-DoutputDirectory=${join(target, 'jars')}`;
      await run('mvn', ['-B', '-q', '-f', POM, 'dependency:copy-dependencies', jars], { signal });
      await formatEmptyData(layout(target), target, signal);
    },
  );
  return layout(folder);
}

async function formatEmptyData(
  { classPath, emptyData }: KafkaInstall,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const properties = join(folder, 'format.properties');
  const settings = {
    ...BROKER_IDENTITY,
    'controller.quorum.voters': '1@127.0.0.1:9093',
    listeners: 'PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093',
    'log.dirs': emptyData,
  };
  mkdirSync(emptyData);
  writeFileSync(properties, javaProperties(settings));
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties];
  await run('java', ['-cp', classPath, ...format], { signal });
}

export function javaProperties(settings: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
