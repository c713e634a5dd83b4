import { expect, it } from 'vitest';
import { textOf } from './deploy-files.ts';
import { jarNames } from './spark-jars.ts';

const pom = textOf('spark/cloud/pom.xml');
const versions = (text: string): Map<string, string> => {
  const spark = /<spark>(.+)<\/spark>/.exec(text)?.[1] ?? '';
  const found = text.matchAll(/<artifactId>(.+)<\/artifactId>\s*<version>(.+)<\/version>/g);
  return new Map([...found].map(([, name = '', version = '']) => [name, version.replace(/^\$.*/, spark)]));
};

it('names jars as Maven does, without their versions', () => {
  expect(jarNames(pom)).toEqual([
    'spark-sql-kafka-0-10_2.12.jar',
    'spark-token-provider-kafka-0-10_2.12.jar',
    'kafka-clients.jar',
    'commons-pool2.jar',
    'aws-msk-iam-auth-all.jar',
    'postgresql.jar',
  ]);
});

it('has the versions that jobs are tested with on one machine', () => {
  const local = versions(textOf('spark/pom.xml'));
  const here = [...versions(pom)].filter(([name]) => !['spark-cloud-jars', 'aws-msk-iam-auth'].includes(name));
  expect(here).toHaveLength(5);
  for (const [name, version] of here) expect(local.get(name), name).toBe(version);
});
