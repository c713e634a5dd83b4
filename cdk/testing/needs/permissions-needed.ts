import { groupOf } from '#domain/streams.ts';
import { databaseRoles } from '../../config/functions.ts';
import { databaseSecretName } from '../../config/names.ts';
import { clusterArnOf, proxyArnOf, type Resource, secretArnOf } from './account.ts';
import { permissionsOf } from './permissions.ts';
import { type Finding, ofType, streamsOf, theOne, variablesOf, type Walk } from './walk.ts';

type Permission = readonly [action: string, resource: string];

export function permissionFindings(walk: Walk): Finding[] {
  const allows = permissionsOf(walk.resources, String(walk.found.properties.Role).replace(/\.Arn$/, ''));
  return neededBy(walk).map(([action, resource]) => [allows(action, resource), `${action} on ${resource}`]);
}

function neededBy(walk: Walk): Permission[] {
  const logs = `${walk.found.properties.LoggingConfig.LogGroup}.Arn`;
  return [
    ['logs:CreateLogStream', logs],
    ['logs:PutLogEvents', logs],
    ['xray:PutTraceSegments', '*'],
    ['ec2:CreateNetworkInterface', '*'],
    ['ec2:DescribeNetworkInterfaces', '*'],
    ['ec2:DeleteNetworkInterface', '*'],
    ...commandPermissions(walk),
    ...databasePermissions(walk),
    ...kafkaPermissions(walk),
  ];
}

/** What each command of the AWS SDK that the code sends asks for, and on what. */
const commands: Readonly<Record<string, (walk: Walk) => Permission[]>> = {
  GetObjectCommand: (walk) => onObject(walk, 's3:GetObject', 'kms:Decrypt'),
  HeadObjectCommand: (walk) => onObject(walk, 's3:GetObject', 'kms:Decrypt'),
  // What reads the lake has the code that writes it too, in one object.
  PutObjectCommand: (walk) =>
    walk.needs.lake?.access === 'write' ? onObject(walk, 's3:PutObject', 'kms:GenerateDataKey') : [],
  ListObjectsV2Command: (walk) => [['s3:ListBucket', `${lakeOf(walk).id}.Arn`]],
  InvokeCommand: (walk) =>
    Object.keys(walk.needs.calls ?? {}).map((variable) => [
      'lambda:InvokeFunction',
      `arn:aws:lambda:us-east-1:123456789012:function:${variablesOf(walk)[variable]}`,
    ]),
  PublishCommand: (walk) => [['sns:Publish', String(variablesOf(walk).ALERT_TOPIC)]],
  GetSecretValueCommand: (walk) => secretsRead(walk).map((arn) => ['secretsmanager:GetSecretValue', arn]),
  DescribeSecretCommand: (walk) => loginSecrets(walk).map((arn) => ['secretsmanager:DescribeSecret', arn]),
  PutSecretValueCommand: (walk) => loginSecrets(walk).map((arn) => ['secretsmanager:PutSecretValue', arn]),
  UpdateSecretVersionStageCommand: (walk) =>
    loginSecrets(walk).map((arn) => ['secretsmanager:UpdateSecretVersionStage', arn]),
};

const commandPermissions = (walk: Walk): Permission[] =>
  walk.code.commands.flatMap((command) => {
    const needs = commands[command];
    if (!needs)
      throw new Error(
        `Say in cdk/testing/needs/permissions-needed.ts what ${command}, which ${walk.name} sends, asks for.`,
      );
    return needs(walk);
  });

/** Every bucket but that of the access log, which is nobody's to read. */
const lakeOf = (walk: Walk): Resource =>
  ofType(walk, 'AWS::S3::Bucket').find(({ id }) => id === variablesOf(walk).LAKE_BUCKET) ??
  theOne(walk, 'AWS::S3::Bucket');

function onObject(walk: Walk, action: string, withKey: string): Permission[] {
  const { id, properties } = lakeOf(walk);
  const [{ ServerSideEncryptionByDefault: encryption }] = properties.BucketEncryption.ServerSideEncryptionConfiguration;
  return [
    [action, `${id}.Arn/${walk.needs.lake?.prefix}object`],
    ...(encryption.KMSMasterKeyID ? [[withKey, encryption.KMSMasterKeyID] as const] : []),
  ];
}

function secretsRead(walk: Walk): string[] {
  const { DATABASE_SECRET_ID, ROLE_SECRETS, ELASTICSEARCH_SECRET_ID } = variablesOf(walk);
  const ofRoles = Object.values<string>(JSON.parse(ROLE_SECRETS ?? '{}'));
  return [DATABASE_SECRET_ID, ELASTICSEARCH_SECRET_ID, ...ofRoles].flatMap((name) => (name ? [secretArnOf(name)] : []));
}

/** Of every secret that somebody logs in to the database with. */
const loginSecrets = (walk: Walk): string[] =>
  (['admin', ...databaseRoles] as const).map((role) =>
    secretArnOf(databaseSecretName(String(variablesOf(walk).TILLSTREAM_ENVIRONMENT), role)),
  );

function databasePermissions(walk: Walk): Permission[] {
  const { DATABASE_AUTH, DATABASE_USER } = variablesOf(walk);
  if (DATABASE_AUTH !== 'iam') return [];
  const proxyId = proxyArnOf(theOne(walk, 'AWS::RDS::DBProxy').id).split(':').at(-1);
  return [['rds-db:connect', `arn:aws:rds-db:us-east-1:123456789012:dbuser:${proxyId}/${DATABASE_USER}`]];
}

/** Of the function's own client, and of Lambda's poller, which uses the function's role. */
function kafkaPermissions(walk: Walk): Permission[] {
  const { kafkaTopics = [], produces = [] } = walk.needs;
  const cluster = clusterArnOf(theOne(walk, 'AWS::MSK::Cluster').id);
  const on = (kind: string, name: string) => `${cluster.replace(':cluster/', `:${kind}/`)}/${name}`;
  const reads = walk.code.kafkaReader && `${walk.code.kafkaReader}-reads-00000000-0000-0000-0000-000000000000`;
  const polled = streamsOf(walk);
  const permissions: Permission[] = [
    ...kafkaTopics.map((topic) => ['DescribeTopic', on('topic', topic)] as const),
    ...(reads ? kafkaTopics.map((topic) => ['ReadData', on('topic', topic)] as const) : []),
    ...(reads
      ? ['DescribeGroup', 'AlterGroup', 'DeleteGroup'].map((action) => [action, on('group', reads)] as const)
      : []),
    ...produces.flatMap((topic) =>
      ['DescribeTopic', 'WriteData'].map((action) => [action, on('topic', topic)] as const),
    ),
    ...(produces.length > 0 ? [['WriteDataIdempotently', cluster] as const] : []),
    ...polled.flatMap((stream) => [
      ['ReadData', on('topic', stream.topic)] as const,
      ['AlterGroup', on('group', groupOf(stream))] as const,
      ['DescribeGroup', on('group', groupOf(stream))] as const,
    ]),
  ];
  const connected = permissions.length > 0 ? [['Connect', cluster] as const, ...permissions] : [];
  return [
    ...connected.map(([action, resource]): Permission => [`kafka-cluster:${action}`, resource]),
    ...(polled.length > 0
      ? [['kafka:DescribeClusterV2', cluster] as const, ['kafka:GetBootstrapBrokers', cluster] as const]
      : []),
  ];
}
