/** Installs the jars of a Kafka broker from the Maven repository that the machine's Maven is set up for. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce } from './once.ts';
import { run } from './run.ts';

const pom = join(import.meta.dirname, 'kafka', 'pom.xml');

/** @returns the folder with the jars, 44 MB */
export async function installKafka(installFolder: string, report: (progress: string) => void): Promise<string> {
  const content = readFileSync(pom, 'utf8');
  const version = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(content)?.[1];
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);

  return installOnce(join(installFolder, `kafka-${version}-${hash}`), report, async (folder) => {
    report(`installing Kafka ${version} with Maven`);
    await run('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]);
  });
}
