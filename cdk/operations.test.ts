import { readdirSync, readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { functions } from './config/functions.ts';
import { functionNamed } from './config/names.ts';
import { textOf } from './constructs/deploy-files.ts';
import { dagNames, functionsCalledByDags, sources } from './dags.ts';
import { type Statement, statements, templatesOf } from './testing/templates.ts';

const SYNTHESIS_MS = 180_000;

/** The statements of the role's policies. */
function permissionsOf(template: Template, role: string): Statement[] {
  const policies = template.findResources('AWS::IAM::Policy');
  return Object.values(policies)
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`"${role}`))
    .flatMap(({ Properties }) => statements(Properties.PolicyDocument));
}

const resourcesFor = (permissions: readonly Statement[], action: string): string[] =>
  permissions.filter(({ actions }) => actions.includes(action)).flatMap(({ resources }) => resources);

describe.each(['dev', 'prod'])('operations of %s', (environment) => {
  let templates: (part: string) => Template;
  let orchestration: Template;

  beforeAll(() => {
    templates = templatesOf(environment, { checked: false });
    orchestration = templates('orchestration');
  }, SYNTHESIS_MS);

  it('runs the same Airflow as one machine, which reads its Variables from Secrets Manager and starts its DAGs', () => {
    const [locked] = readFileSync(inRepository('airflow/requirements.in'), 'utf8').match(/^apache-airflow==.*$/m) ?? [];
    const [airflow] = Object.values(orchestration.findResources('AWS::MWAA::Environment'));
    expect(airflow?.Properties).toMatchObject({
      Name: `tillstream-${environment}`,
      AirflowVersion: locked?.split('==')[1],
      DagS3Path: 'dags',
      AirflowConfigurationOptions: {
        'core.dags_are_paused_at_creation': 'False',
        'secrets.backend': expect.stringContaining('SecretsManagerBackend'),
      },
    });
    const options = airflow?.Properties.AirflowConfigurationOptions['secrets.backend_kwargs'];
    expect(JSON.parse(options)).toMatchObject({
      variables_prefix: `tillstream/${environment}/airflow/variables`,
      connections_prefix: `tillstream/${environment}/airflow/connections`,
    });
    // An environment without its log groups, its DAGs or its role fails when it is made.
    const needed = airflow?.DependsOn.join();
    for (const part of ['Dags', 'Texts', 'AirflowRoleDefaultPolicy', 'AirflowAroundfrom', 'AirflowTask'])
      expect(needed).toContain(part);
  });

  it('gives Airflow every Variable that a DAG reads', () => {
    const written = ['parameters', 'orchestration'].flatMap((part) =>
      Object.values(templates(part).findResources('AWS::SecretsManager::Secret')).map(
        ({ Properties }) => Properties.Name,
      ),
    );
    const prefix = `tillstream/${environment}/airflow/variables/`;
    const read = sources().flatMap((text) =>
      [...text.matchAll(/Variable\.get\(\s*"(tillstream_\w+)"/g)].map(([, name]) => name),
    );
    expect(read).toContain('tillstream_function_prefix');
    for (const name of read) expect(written).toContain(`${prefix}${name}`);
    for (const name of ['application_id', 'job_role_arn', 'code'])
      expect(written).toContain(`${prefix}tillstream_spark_${name}`);
  });

  it('lets Airflow call the functions that its DAGs call, and start jobs of this Spark only', () => {
    const permissions = permissionsOf(orchestration, 'AirflowRole');
    const invoked = resourcesFor(permissions, 'lambda:InvokeFunction').join();
    for (const name of functionsCalledByDags())
      expect(invoked).toContain(`:function:${functionNamed(environment, name)}"`);
    expect(resourcesFor(permissions, 'lambda:InvokeFunction')).toHaveLength(functionsCalledByDags().length);
    expect(resourcesFor(permissions, 'emr-serverless:StartJobRun')).toEqual([
      expect.stringMatching(/^\{"Fn::GetAtt":\["SparkApplication\w+","Arn"\]\}$/),
    ]);
    expect(resourcesFor(permissions, 'iam:PassRole')).toEqual([expect.stringContaining('SparkRole')]);
    const anywhere = permissions.filter(({ resources }) => resources.includes('"*"')).flatMap(({ actions }) => actions);
    expect(anywhere.sort()).toEqual([
      'cloudwatch:PutMetricData',
      'logs:DescribeLogGroups',
      's3:GetAccountPublicAccessBlock',
    ]);
  });

  it('lets Spark read the lake and its topic, and write only its checkpoints', () => {
    const permissions = permissionsOf(orchestration, 'SparkRole');
    expect(resourcesFor(permissions, 's3:PutObject')).toEqual([expect.stringContaining('/checkpoints/*')]);
    expect(resourcesFor(permissions, 'kafka-cluster:ReadData')).toEqual([expect.stringContaining('/orders"')]);
    expect(resourcesFor(permissions, 'kafka-cluster:WriteData')).toEqual([]);
    expect(resourcesFor(permissions, 'secretsmanager:GetSecretValue')).toEqual([
      expect.stringContaining(`tillstream/${environment}/database/spark_curation`),
    ]);
  });

  it('runs Spark 3.5 on ARM, which costs nothing while idle, in the network, with what the jobs read', () => {
    orchestration.hasResourceProperties('AWS::EMRServerless::Application', {
      Type: 'Spark',
      ReleaseLabel: Match.stringLikeRegexp('^emr-7'),
      Architecture: 'ARM64',
      AutoStopConfiguration: { Enabled: true },
      InitialCapacity: Match.absent(),
      MaximumCapacity: Match.anyValue(),
      RuntimeConfiguration: [
        {
          Classification: 'spark-defaults',
          Properties: Match.objectLike({
            'spark.emr-serverless.driverEnv.DATABASE_USER': 'spark_curation',
            'spark.emr-serverless.driverEnv.DATABASE_TLS': 'require',
            'spark.emr-serverless.driverEnv.LAKE_BUCKET': Match.anyValue(),
            'spark.executorEnv.KAFKA_BOOTSTRAP_SERVERS': Match.anyValue(),
            'spark.emr-serverless.driverEnv.KAFKA_AUTH': 'iam',
            'spark.jars.packages': Match.absent(),
          }),
        },
      ],
    });
  });

  it('tells jobs all that their code asks for, and lets them read it', () => {
    const [application] = Object.values(orchestration.findResources('AWS::EMRServerless::Application'));
    const properties = application?.Properties.RuntimeConfiguration[0].Properties;
    const python = readdirSync(inRepository('spark')).filter((name) => name.endsWith('.py'));
    const asked = python
      .flatMap((name) => [...textOf(`spark/${name}`).matchAll(/\benviron(?:ment)?(?:\[|\.get\()f?["'](\w+)["'{]/g)])
      .map(([, name]) => name);
    expect(asked).toEqual(expect.arrayContaining(['LAKE_BUCKET', 'CHECKPOINTS', 'DATABASE_SECRET_ID', 'DATABASE_']));
    // Java trusts the authority of the proxy's certificate; a Kafka with another login than IAM is one of one machine.
    const others = ['DATABASE_', 'DATABASE_CA_FILE', 'KAFKA_', 'KAFKA_TLS'];
    const wanted = asked.filter((name = '') => !others.includes(name));
    for (const name of [...wanted, ...['HOST', 'PORT', 'NAME', 'TLS'].map((part) => `DATABASE_${part}`)])
      expect(properties, name).toHaveProperty([`spark.emr-serverless.driverEnv.${name}`]);

    const bucketOf = (part: string) => JSON.stringify(part).match(/SparkBucket\w+/)?.[0];
    const work = bucketOf(properties['spark.emr-serverless.driverEnv.CHECKPOINTS']);
    expect(work).toBeDefined();
    const readable = resourcesFor(permissionsOf(orchestration, 'SparkRole'), 's3:GetObject').join();
    for (const prefix of ['/bronze/*', '/code/*', '/jars/*', '/checkpoints/*']) expect(readable).toContain(prefix);
    expect(JSON.stringify(properties['spark.jars'])).toMatch(/\/jars\/postgresql\.jar/);
    expect(bucketOf(properties['spark.jars'])).toBe(work);
  });

  it('has Elasticsearch on an encrypted disk, without a public address, behind IMDSv2 and TLS', () => {
    const search = templates('search');
    search.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [{ Ebs: Match.objectLike({ Encrypted: true }) }],
        KeyName: Match.absent(),
      },
    });
    search.hasResource('AWS::AutoScaling::AutoScalingGroup', {
      Properties: { MinSize: '1', MaxSize: '1' },
      CreationPolicy: { ResourceSignal: { Count: 1 } },
    });
    const [ingress] = Object.values(search.findResources('AWS::EC2::SecurityGroup'));
    expect(ingress?.Properties.SecurityGroupIngress).toBeUndefined();
    search.allResourcesProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 443,
      ToPort: 443,
      CidrIp: Match.absent(),
    });
  });

  it('closes every bucket that it makes to the public, and leaves none behind', () => {
    for (const part of ['orchestration', 'search']) {
      templates(part).allResources('AWS::S3::Bucket', {
        DeletionPolicy: 'Delete',
        Properties: Match.objectLike({
          VersioningConfiguration: { Status: 'Enabled' },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        }),
      });
      templates(part).resourceCountIs('Custom::S3AutoDeleteObjects', part === 'search' ? 1 : 2);
    }
  });
});

describe('DAGs', () => {
  it('call functions that exist', () => {
    expect(functionsCalledByDags()).toContain('load-orders');
    for (const name of functionsCalledByDags()) expect(Object.keys(functions)).toContain(name);
  });

  it('have the names of their files, by which alarms know them', () => {
    for (const name of dagNames())
      expect(readFileSync(inRepository(`airflow/dags/${name}.py`), 'utf8')).toContain(`dag_id="${name}"`);
  });
});
