import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { DockerImage } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { inRepository } from '#adapters/repository.ts';
import { deployFolder, textOf } from './deploy-files.ts';

const FOLDER = 'spark/cloud';

/**
 * Uploads the jars that spark/cloud/pom.xml names, which Maven fetches at synthesis.
 *
 * @returns s3:// URI of each jar, and what must wait for them
 */
export function deploySparkJars(scope: Construct, id: string, to: Bucket, prefix: string) {
  const { uri, deployed } = deployFolder(scope, id, to, prefix, FOLDER, {
    bundling: {
      image: DockerImage.fromRegistry('never-used'), // the type asks for one; tryBundle answers first
      local: { tryBundle: fetchJars },
    },
  });
  return { uris: jarNames(textOf(join(FOLDER, 'pom.xml'))).map((name) => `${uri}/${name}`), deployed };
}

/** As Maven names them without their versions: one file, whatever the version. */
export function jarNames(pom: string): string[] {
  const value = (dependency: string, name: string) => new RegExp(`<${name}>(.+)</${name}>`).exec(dependency)?.[1];
  return [...pom.matchAll(/<dependency>(.+?)<\/dependency>/gs)].map(([, dependency = '']) => {
    const classifier = value(dependency, 'classifier');
    return `${value(dependency, 'artifactId')}${classifier ? `-${classifier}` : ''}.jar`;
  });
}

/** @throws with what Maven says if there is none, or a jar can't be had */
export function fetchJars(outdir: string): true {
  const options = [`-DoutputDirectory=${outdir}`, '-DexcludeTransitive=true', '-Dmdep.stripVersion=true'];
  const pom = inRepository(join(FOLDER, 'pom.xml'));
  const { error, status, stdout } = spawnSync(
    'mvn',
    ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', ...options],
    { encoding: 'utf8' },
  );
  if (error || status !== 0)
    throw new Error(`Maven, which must be installed, did not fetch Spark's jars: ${error?.message ?? stdout}`);
  return true;
}
