import { App, Stack } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { describedStreams, groupOf, type Stream, streams } from '#domain/streams.ts';
import { addChecks } from './checks.ts';
import { environmentNamed } from './config/environments.ts';
import { calledByPeople, databaseRoles, type FunctionNeeds, functions } from './config/functions.ts';
import { permissionsOf, statements, templatesOf, variablesOf } from './testing/templates.ts';

const everyFunction = Object.keys(functions).sort();
const needsOf = (name: string) => (functions as Record<string, FunctionNeeds>)[name] as FunctionNeeds;
const database = ['DATABASE_HOST', 'DATABASE_PORT', 'DATABASE_NAME', 'DATABASE_USER', 'DATABASE_TLS'];
const reporting = ['POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_METRICS_NAMESPACE', 'TILLSTREAM_ENVIRONMENT'];
/** Half a second on an idle machine, but many times that beside other work. */
const SYNTHESIS_MS = 180_000;

describe.each(['local', 'dev', 'prod'])('environment %s', (environment) => {
  let templates: (part: string) => Template;
  const nameOf = (name: string) => `tillstream-${environment}-${name}`;

  beforeAll(() => {
    templates = templatesOf(environment); // throws on any finding of cdk-nag or of the template rules
  }, SYNTHESIS_MS);

  it('has every function, each with the variables that its adapters read', () => {
    const variables = variablesOf(templates('functions'));
    expect(Object.keys(variables).sort()).toEqual(everyFunction.map(nameOf));
    for (const name of everyFunction)
      expect(Object.keys(variables[nameOf(name)] ?? {})).toEqual(expect.arrayContaining([...database, ...reporting]));

    const having = (variable: string) => everyFunction.filter((name) => variables[nameOf(name)]?.[variable]);
    const needing = (what: 'lake' | 'kafkaTopics' | 'produces' | 'alerts' | 'knowsLateness' | 'search') =>
      everyFunction.filter((name) => needsOf(name)[what]);
    expect(having('LAKE_BUCKET')).toEqual(needing('lake'));
    expect(having('KAFKA_BOOTSTRAP_SERVERS')).toEqual([...needing('kafkaTopics'), ...needing('produces')].sort());
    const where = environment === 'local' ? 'ELASTICSEARCH_URL' : 'ELASTICSEARCH_SECRET_ID';
    expect(having(where)).toEqual(needing('search'));
    expect(having('ALERT_TOPIC')).toEqual(needing('alerts'));
    for (const variable of ['LATE_RATIO_THRESHOLD', 'LATE_COUNT_THRESHOLD'])
      expect(having(variable)).toEqual(needing('knowsLateness'));
    expect(having('LATE_AFTER_SECONDS')).toEqual(['migrate-database']);
    // The page says of an hour what the alert says of it.
    expect(needing('knowsLateness')).toEqual(['console', 'run-transformations']);
    expect(having('LOAD_FUNCTION')).toEqual(['archive-orders']);
    expect(having('RELAY_FUNCTION')).toEqual(
      [
        ...[
          'archive-orders',
          'archive-user-events',
          'load-orders',
          'store-transactions',
          'update-inventory',
          'update-shop',
        ],
        ...describedStreams.map(({ consumer }) => consumer),
      ].sort(),
    );
    expect(having('ROLE_SECRETS')).toEqual(['migrate-database']);
  });

  it('gives each function a database role of its own: with a secret on one machine, with IAM in the cloud', () => {
    const variables = variablesOf(templates('functions'));
    for (const [name, { database: role }] of Object.entries(functions))
      expect(variables[nameOf(name)]).toMatchObject({
        DATABASE_USER: role === 'admin' ? 'tillstream' : role,
        ...(environment === 'local' || role === 'admin'
          ? { DATABASE_SECRET_ID: `tillstream/${environment}/database/${role}` }
          : { DATABASE_AUTH: 'iam', DATABASE_TLS: 'require' }),
      });
    expect(JSON.parse(String(variables[nameOf('migrate-database')]?.ROLE_SECRETS))).toEqual(
      Object.fromEntries(databaseRoles.map((role) => [role, `tillstream/${environment}/database/${role}`])),
    );
  });

  it('generates every password where it is kept', () => {
    const secrets = templates('database-access').findResources('AWS::SecretsManager::Secret');
    expect(
      Object.values(secrets)
        .map(({ Properties }) => Properties.Name)
        .sort(),
    ).toEqual(['admin', ...databaseRoles].map((role) => `tillstream/${environment}/database/${role}`).sort());
    for (const { Properties } of Object.values(secrets)) {
      // On one machine the database exists already, with its owner's password.
      if (environment === 'local' && Properties.Name.endsWith('/admin')) continue;
      expect(Properties).not.toHaveProperty('SecretString');
      expect(Properties.GenerateSecretString).toMatchObject({ GenerateStringKey: 'password', PasswordLength: 40 });
    }
  });

  it('lets a function do what it needs and nothing else', () => {
    const permissions = (name: string) => permissionsOf(templates('functions'), nameOf(name));
    const actionsOf = (name: string) => permissions(name).flatMap(({ actions }) => actions);
    const resourcesFor = (name: string, action: string) =>
      permissions(name)
        .filter(({ actions }) => actions.includes(action))
        .flatMap(({ resources }) => resources);

    expect(resourcesFor('archive-orders', 's3:PutObject')).toEqual([expect.stringContaining('/raw/orders/*')]);
    expect(resourcesFor('archive-user-events', 's3:PutObject')).toEqual([
      expect.stringContaining('/bronze/user_events/*'),
    ]);
    expect(resourcesFor('load-orders', 's3:GetObject')).toEqual([expect.stringContaining('/raw/orders/*')]);
    for (const name of ['load-orders', 'prove', 'migrate-database'])
      expect(actionsOf(name)).not.toContain('s3:PutObject');
    expect(actionsOf('migrate-database').filter((action) => action.startsWith('s3:'))).toEqual([]);

    for (const name of everyFunction) {
      expect(actionsOf(name).filter((action) => /\*|Delete(?!NetworkInterface|Group)|iam:/.test(action))).toEqual([]);
      // The database's secret on one machine, that of Elasticsearch in the cloud.
      const own = environment === 'local' || needsOf(name).search ? 1 : 0;
      expect(resourcesFor(name, 'secretsmanager:GetSecretValue')).toHaveLength(
        needsOf(name).passwords ? databaseRoles.length + 1 : own,
      );
      const anywhere = permissions(name).filter(({ resources }) => resources.includes('"*"'));
      expect(anywhere.flatMap(({ actions }) => actions).filter((action) => !/^(xray:Put|ec2:)/.test(action))).toEqual(
        [],
      );
    }
    const roles = Object.entries(templates('functions').findResources('AWS::IAM::Role'));
    for (const [id, { Properties }] of roles)
      if (!id.startsWith('AWSCDKTrigger')) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('lets people who look call the function that answers, which may change nothing, and those who act also the ones that act', () => {
    const policies = Object.values(templates('functions').findResources('AWS::IAM::ManagedPolicy'));
    // IAM knows no regions: two of one account would have one name.
    const region = { Ref: 'AWS::Region' };
    const byName = policies.map(({ Properties }) => {
      const [, [start, ...others]] = Properties.ManagedPolicyName['Fn::Join'];
      expect(others).toEqual([region]);
      return [start, Properties.PolicyDocument] as const;
    });
    expect(byName.map(([name]) => name).sort()).toEqual([nameOf('act-'), nameOf('look-')]);
    for (const [name, document] of byName) {
      const [statement, ...others] = statements(document);
      expect([others, statement?.effect, statement?.actions]).toEqual([[], 'Allow', ['lambda:InvokeFunction']]);
      const called = name === nameOf('look-') ? [] : [...calledByPeople.act, ...calledByPeople.actByCommand];
      const arns = ['console', ...called].map((each) => expect.stringContaining(`:function:${nameOf(each)}`));
      // CDK sorts them.
      expect(statement?.resources).toHaveLength(arns.length);
      expect(statement?.resources).toEqual(expect.arrayContaining(arns));
      expect(JSON.stringify(statement?.resources)).not.toContain('*');
    }
    const actions = permissionsOf(templates('functions'), nameOf('console')).flatMap((each) => each.actions);
    const changing =
      /^(lambda|sns|sqs|rds|iam|events|ssm):|:(Put(?!LogEvents|TraceSegments|TelemetryRecords)|Write|Update|Create(?!LogStream|NetworkInterface))/;
    expect(actions.filter((action) => changing.test(action))).toEqual([]);
    expect(actions).toContain('s3:GetObject');
  });

  it('has a topic for alerts, encrypted and closed to plain HTTP, to which only alerting services and functions may publish', () => {
    const alerts = templates('alerts');
    alerts.hasResourceProperties('AWS::SNS::Topic', {
      TopicName: `tillstream-${environment}-alerts`,
      KmsMasterKeyId: Match.anyValue(),
    });
    alerts.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sns:Publish',
            Principal: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ]),
      },
    });
    const publishing = everyFunction.filter((name) =>
      permissionsOf(templates('functions'), nameOf(name)).some(({ actions }) => actions.includes('sns:Publish')),
    );
    expect(publishing).toEqual(['run-transformations']);
  });

  it('keeps the lake closed, versioned and written once', () => {
    const lake = templates('lake');
    for (const { Properties } of Object.values(lake.findResources('AWS::S3::Bucket')))
      expect(Properties).toMatchObject({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: expect.anything(),
      });
    lake.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: [Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })],
      },
    });
    lake.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:PutObject',
            Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
          }),
        ]),
      },
    });
    for (const { Properties } of Object.values(lake.findResources('AWS::S3::BucketPolicy')))
      for (const { effect, actions } of statements(Properties.PolicyDocument))
        if (effect === 'Allow') expect(actions).toEqual(['s3:PutObject']); // S3's own delivery of the access log
  });

  it('calls the relay every minute, and says how long sent messages stay in the outbox', () => {
    templates('functions').resourceCountIs('AWS::Events::Rule', 1);
    templates('functions').hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [Match.objectLike({ Input: JSON.stringify({ keep_sent_days: 7 }) })],
    });
  });

  it('publishes the names that others look up', () => {
    const parameters = templates('parameters');
    parameters.hasResourceProperties('AWS::SSM::Parameter', { Name: `/tillstream/${environment}/lake/bucket` });
    parameters.hasResourceProperties('AWS::SSM::Parameter', {
      Name: `/tillstream/${environment}/functions/prefix`,
      Value: `tillstream-${environment}`,
    });
    parameters.hasResourceProperties('AWS::SSM::Parameter', { Name: `/tillstream/${environment}/alerts/topic` });
    parameters.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: Match.stringLikeRegexp('airflow/variables/tillstream_function_prefix$'),
      SecretString: `tillstream-${environment}`,
    });
  });

  it('polls Kafka by Lambda in the cloud, as domain/streams.ts says, and by nobody locally', () => {
    const mappings = Object.values(templates('functions').findResources('AWS::Lambda::EventSourceMapping'));
    const byTopic = new Map(mappings.map(({ Properties }) => [Properties.Topics.join(), Properties]));
    const polled = environment === 'local' ? [] : Object.values<Stream>(streams);
    expect([...byTopic.keys()].sort()).toEqual(polled.map(({ topic }) => topic).sort());
    expect(mappings).toHaveLength(polled.length);
    for (const stream of polled)
      expect(byTopic.get(stream.topic)).toMatchObject({
        BatchSize: stream.batching.batchSize,
        MaximumBatchingWindowInSeconds: stream.batching.maximumBatchingWindowInSeconds,
        StartingPosition: stream.batching.startingPosition,
        AmazonManagedKafkaEventSourceConfig: { ConsumerGroupId: groupOf(stream) },
      });
  });

  it('keeps the lake of the cloud when its stack is deleted, and nothing that would block a new deployment', () => {
    const kept = environment === 'local' ? 'Delete' : 'Retain';
    templates('lake').allResources('AWS::S3::Bucket', { DeletionPolicy: kept });
    templates('database-access').allResources('AWS::SecretsManager::Secret', { DeletionPolicy: 'Delete' });
    const logs = Object.values(templates('functions').findResources('AWS::Logs::LogGroup'));
    const days = { local: 1, dev: 30, prod: 90 }[environment];
    expect(logs.map(({ DeletionPolicy }) => DeletionPolicy)).not.toContain('Retain');
    for (const { Properties } of logs)
      if (typeof Properties.LogGroupName === 'string') expect(Properties.RetentionInDays).toBe(days);
  });
});

describe('checks', { timeout: SYNTHESIS_MS }, () => {
  it('names the lake as docs/requirements.md says on one machine, and leaves the name open in the cloud', () => {
    templatesOf('local', { checked: false })('lake').hasResourceProperties('AWS::S3::Bucket', {
      BucketName: 'orders-lake',
    });
    templatesOf('prod', { checked: false })('lake').allResourcesProperties('AWS::S3::Bucket', {
      BucketName: Match.absent(),
    });
  });

  it('fail the synthesis of an open bucket', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Open'), 'Bucket');
    addChecks(app, environmentNamed('dev'));
    expect(() => app.synth()).toThrow('AwsSolutions-S10');
  });
});
