import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DockerImage } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { inRepository } from '#adapters/repository.ts';
import { deployFolder, textOf } from './deploy-files.ts';

const FOLDER = 'spark/cloud';

/**
 * Uploads the jars that spark/cloud/pom.xml lists. Maven fetches them at synthesis.
 *
 * @returns s3:// URI of each jar, and the deployment that their users must depend on
 */
export function deploySparkJars(scope: Construct, id: string, to: Bucket, prefix: string) {
  const { uri, deployed } = deployFolder(scope, id, to, prefix, FOLDER, {
    bundling: {
      image: DockerImage.fromRegistry('never-used'), // the type requires an image; tryBundle comes first
      local: { tryBundle: fetchJars },
    },
  });
  return { uris: jarNames(textOf(join(FOLDER, 'pom.xml'))).map((name) => `${uri}/${name}`), deployed };
}

/** File names without versions, as Maven's stripVersion writes them, so that a new version keeps its URI. */
export function jarNames(pom: string): string[] {
  const value = (dependency: string, name: string) => new RegExp(`<${name}>(.+)</${name}>`).exec(dependency)?.[1];
  return [...pom.matchAll(/<dependency>(.+?)<\/dependency>/gs)].map(([, dependency = '']) => {
    const classifier = value(dependency, 'classifier');
    return `${value(dependency, 'artifactId')}${classifier ? `-${classifier}` : ''}.jar`;
  });
}

/** @throws with Maven's output if a jar can't be fetched, or if there is no Maven */
function fetchJars(outdir: string): true {
  const options = [`-DoutputDirectory=${outdir}`, '-DexcludeTransitive=true', '-Dmdep.stripVersion=true'];
  const pom = inRepository(join(FOLDER, 'pom.xml'));
  const { error, status, stdout } = spawnSync(
    'mvn',
    ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', ...options],
    { encoding: 'utf8' },
  );
  if (error || status !== 0)
    throw new Error(`Maven must be installed, and could not fetch Spark's jars: ${error?.message ?? stdout}`);
  return true;
}
