import { beforeAll, describe, expect, it } from 'vitest';
import { environmentNamed } from './config/environments.ts';
import { stackName } from './config/names.ts';
import { synthesize } from './testing/templates.ts';

interface Template {
  readonly Resources: Readonly<
    Record<string, { Type: string; DeletionPolicy?: string; Properties?: Record<string, unknown> }>
  >;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

describe.each(['dev', 'prod'])('what cdk destroy leaves of %s', (environment) => {
  let templates: [stack: string, Template][];
  beforeAll(() => {
    templates = [...synthesize(environment)] as [string, Template][];
  }, 180_000);
  const keeping = (policy: string) =>
    templates.flatMap(([stack, { Resources }]) =>
      Object.values(Resources).flatMap(({ Type, DeletionPolicy = 'Delete' }) =>
        DeletionPolicy === policy ? [`${stack} ${Type}`] : [],
      ),
    );

  it('is the lake with its access log, a snapshot of the database, and the keys of both', () => {
    const [lake, database] = ['lake', 'database'].map((part) => stackName(environment, part));
    expect(keeping('Retain').sort()).toEqual([
      `${database} AWS::KMS::Key`,
      `${lake} AWS::KMS::Key`,
      `${lake} AWS::S3::Bucket`,
      `${lake} AWS::S3::Bucket`,
    ]);
    expect(keeping('Snapshot')).toEqual([`${database} AWS::RDS::DBInstance`]);
  });

  it('includes no log: every function writes to a log group of its stack, which is deleted with it', () => {
    for (const [, { Resources }] of templates) {
      const names = Object.values(Resources).flatMap(({ Type, Properties }) =>
        Type === 'AWS::Logs::LogGroup' ? [JSON.stringify(Properties?.LogGroupName ?? null)] : [],
      );
      for (const [id, { Type, Properties }] of Object.entries(Resources))
        if (Type === 'AWS::Lambda::Function' && !Properties?.LoggingConfig)
          expect(names).toContainEqual(expect.stringContaining(`"${id}"`));
    }
  });

  it('is named in outputs of the stacks that leave it', () => {
    const saying = templates.filter(([, { Outputs = {} }]) => 'KeptWhenDestroyed' in Outputs).map(([stack]) => stack);
    expect(saying).toEqual(['lake', 'database'].map((part) => stackName(environment, part)));
  });

  it('is everything, while the stacks that hold data are protected', () => {
    const instances = templates.flatMap(([, { Resources }]) =>
      Object.values(Resources).filter(({ Type }) => Type === 'AWS::RDS::DBInstance'),
    );
    expect(instances.map(({ Properties }) => Properties?.DeletionProtection)).toEqual([
      environmentNamed(environment).protected,
    ]);
    expect(environmentNamed(environment).protected).toBe(environment === 'prod');
  });
});
