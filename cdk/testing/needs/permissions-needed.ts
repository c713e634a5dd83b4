import { groupOf } from '#domain/streams.ts';
import { databaseRoles } from '../../config/functions.ts';
import { databaseSecretName } from '../../config/names.ts';
import { clusterArnOf, proxyArnOf, type Resource, secretArnOf } from './account.ts';
import { type CheckedFunction, type Finding, ofType, streamsOf, theOne, variablesOf } from './checked-function.ts';
import { permissionsOf } from './permissions.ts';

type Permission = readonly [action: string, resource: string];

export function permissionFindings(checked: CheckedFunction): Finding[] {
  const allows = permissionsOf(checked.resources, String(checked.found.properties.Role).replace(/\.Arn$/, ''));
  return neededBy(checked).map(([action, resource]) => [allows(action, resource), `${action} on ${resource}`]);
}

function neededBy(checked: CheckedFunction): Permission[] {
  const logs = `${checked.found.properties.LoggingConfig.LogGroup}.Arn`;
  return [
    ['logs:CreateLogStream', logs],
    ['logs:PutLogEvents', logs],
    ['xray:PutTraceSegments', '*'],
    ['ec2:CreateNetworkInterface', '*'],
    ['ec2:DescribeNetworkInterfaces', '*'],
    ['ec2:DeleteNetworkInterface', '*'],
    ...commandPermissions(checked),
    ...databasePermissions(checked),
    ...kafkaPermissions(checked),
  ];
}

/** The permissions that each command of the AWS SDK needs, and on which resource. */
const commands: Readonly<Record<string, (checked: CheckedFunction) => Permission[]>> = {
  GetObjectCommand: (checked) => onObject(checked, 's3:GetObject', 'kms:Decrypt'),
  HeadObjectCommand: (checked) => onObject(checked, 's3:GetObject', 'kms:Decrypt'),
  // The lake's reader and writer are one object, so a bundle that only reads also has the command.
  PutObjectCommand: (checked) =>
    checked.needs.lake?.access === 'write' ? onObject(checked, 's3:PutObject', 'kms:GenerateDataKey') : [],
  ListObjectsV2Command: (checked) => [['s3:ListBucket', `${lakeOf(checked).id}.Arn`]],
  InvokeCommand: (checked) =>
    Object.keys(checked.needs.calls ?? {}).map((variable) => [
      'lambda:InvokeFunction',
      `arn:aws:lambda:us-east-1:123456789012:function:${variablesOf(checked)[variable]}`,
    ]),
  PublishCommand: (checked) => [['sns:Publish', String(variablesOf(checked).ALERT_TOPIC)]],
  GetSecretValueCommand: (checked) => secretsRead(checked).map((arn) => ['secretsmanager:GetSecretValue', arn]),
  DescribeSecretCommand: (checked) => loginSecrets(checked).map((arn) => ['secretsmanager:DescribeSecret', arn]),
  PutSecretValueCommand: (checked) => loginSecrets(checked).map((arn) => ['secretsmanager:PutSecretValue', arn]),
  UpdateSecretVersionStageCommand: (checked) =>
    loginSecrets(checked).map((arn) => ['secretsmanager:UpdateSecretVersionStage', arn]),
};

const commandPermissions = (checked: CheckedFunction): Permission[] =>
  checked.code.commands.flatMap((command) => {
    const needs = commands[command];
    if (!needs)
      throw new Error(
        `${checked.name} sends ${command}: add the permissions that it needs to cdk/testing/needs/permissions-needed.ts.`,
      );
    return needs(checked);
  });

/** The bucket that the function names; never the access log's, which no function may read. */
const lakeOf = (checked: CheckedFunction): Resource =>
  ofType(checked, 'AWS::S3::Bucket').find(({ id }) => id === variablesOf(checked).LAKE_BUCKET) ??
  theOne(checked, 'AWS::S3::Bucket');

function onObject(checked: CheckedFunction, action: string, withKey: string): Permission[] {
  const { id, properties } = lakeOf(checked);
  const [{ ServerSideEncryptionByDefault: encryption }] = properties.BucketEncryption.ServerSideEncryptionConfiguration;
  return [
    [action, `${id}.Arn/${checked.needs.lake?.prefix}object`],
    ...(encryption.KMSMasterKeyID ? [[withKey, encryption.KMSMasterKeyID] as const] : []),
  ];
}

function secretsRead(checked: CheckedFunction): string[] {
  const { DATABASE_SECRET_ID, ROLE_SECRETS, ELASTICSEARCH_SECRET_ID } = variablesOf(checked);
  const ofRoles = Object.values<string>(JSON.parse(ROLE_SECRETS ?? '{}'));
  return [DATABASE_SECRET_ID, ELASTICSEARCH_SECRET_ID, ...ofRoles].flatMap((name) => (name ? [secretArnOf(name)] : []));
}

/** ARNs of all secrets that hold a database password. */
const loginSecrets = (checked: CheckedFunction): string[] =>
  (['admin', ...databaseRoles] as const).map((role) =>
    secretArnOf(databaseSecretName(String(variablesOf(checked).TILLSTREAM_ENVIRONMENT), role)),
  );

function databasePermissions(checked: CheckedFunction): Permission[] {
  const { DATABASE_AUTH, DATABASE_USER } = variablesOf(checked);
  if (DATABASE_AUTH !== 'iam') return [];
  const proxyId = proxyArnOf(theOne(checked, 'AWS::RDS::DBProxy').id).split(':').at(-1);
  return [['rds-db:connect', `arn:aws:rds-db:us-east-1:123456789012:dbuser:${proxyId}/${DATABASE_USER}`]];
}

/** For the function's own client, and for Lambda's poller, which uses the function's role. */
function kafkaPermissions(checked: CheckedFunction): Permission[] {
  const { kafkaTopics = [], readsRecords = false, produces = [] } = checked.needs;
  const { kafkaReaders, readsSkipped } = checked.code;
  const cluster = clusterArnOf(theOne(checked, 'AWS::MSK::Cluster').id);
  const on = (kind: string, name: string) => `${cluster.replace(':cluster/', `:${kind}/`)}/${name}`;
  const readers = readsRecords || readsSkipped ? kafkaReaders : [];
  const polled = streamsOf(checked);
  const permissions: Permission[] = [
    ...kafkaTopics.map((topic) => ['DescribeTopic', on('topic', topic)] as const),
    ...(readers.length > 0 ? kafkaTopics.map((topic) => ['ReadData', on('topic', topic)] as const) : []),
    ...readers.flatMap((client) =>
      ['DescribeGroup', 'AlterGroup', 'DeleteGroup'].map(
        (action) => [action, on('group', `${client}-reads-00000000-0000-0000-0000-000000000000`)] as const,
      ),
    ),
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
