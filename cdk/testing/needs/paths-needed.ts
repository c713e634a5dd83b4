import { groupOf } from '#domain/streams.ts';
import { KAFKA_IAM_PORT, POSTGRES_PORT } from '../../constructs/security-groups.ts';
import type { Resource } from './account.ts';
import {
  type CheckedFunction,
  type Finding,
  ofType,
  streamsOf,
  theOne,
  usesKafka,
  variablesOf,
} from './checked-function.ts';
import { networkOf } from './network.ts';

/** Whether the function's network lets it reach the database, Kafka and AWS. */
export function pathFindings(checked: CheckedFunction): Finding[] {
  const network = networkOf(checked.resources);
  const { SecurityGroupIds: groups = [], SubnetIds: subnets = [] } = checked.found.properties.VpcConfig ?? {};
  const brokers = brokersOf(checked);
  const reaches = (targets: readonly string[], port: number) =>
    targets.some((target) => network.reaches(groups, target, port));
  return [
    [subnets.length > 1, 'subnets in two zones'],
    ...subnets.map((subnet: string): Finding => [network.hasWayOut(subnet), `a way out of ${subnet}`]),
    [network.reachesInternet(groups, 443), 'a way to the AWS services'],
    [reaches(databaseGroups(checked), POSTGRES_PORT), `a way to ${variablesOf(checked).DATABASE_HOST}`],
    ...(usesKafka(checked) ? [[reaches(brokers.groups, KAFKA_IAM_PORT), 'a way to the brokers'] as const] : []),
    ...(checked.needs.search && searchGroups(checked).length > 0
      ? [[reaches(searchGroups(checked), 443), 'a way to Elasticsearch'] as const]
      : []),
    ...(streamsOf(checked).length > 0 ? pollerPaths(network, brokers) : []),
  ];
}

/** Lambda's pollers run in the brokers' groups and subnets; they call the brokers, Lambda and STS. */
function pollerPaths(
  network: ReturnType<typeof networkOf>,
  { groups, subnets }: ReturnType<typeof brokersOf>,
): Finding[] {
  const [group = ''] = groups;
  return [
    [network.reaches(groups, group, KAFKA_IAM_PORT), 'a way from its poller to the brokers'],
    [network.reachesInternet(groups, 443), 'a way from its poller to Lambda and STS'],
    [subnets.every((subnet) => network.hasWayOut(subnet)), "a way out of the brokers' subnets"],
  ];
}

function brokersOf(checked: CheckedFunction): { groups: string[]; subnets: string[] } {
  const { SecurityGroups, ClientSubnets } = theOne(checked, 'AWS::MSK::Cluster').properties.BrokerNodeGroupInfo;
  return { groups: SecurityGroups, subnets: ClientSubnets };
}

/** The groups of a node of our own; an Elasticsearch elsewhere is reached as the AWS services are. */
const searchGroups = (checked: CheckedFunction): string[] =>
  ofType(checked, 'AWS::EC2::LaunchTemplate').flatMap(
    ({ properties }) => properties.LaunchTemplateData.SecurityGroupIds,
  );

/** The groups of the proxy or the instance that DATABASE_HOST names. */
function databaseGroups(checked: CheckedFunction): string[] {
  const is = ({ id }: Resource) => variablesOf(checked).DATABASE_HOST?.startsWith(`${id}.Endpoint`);
  const proxy = ofType(checked, 'AWS::RDS::DBProxy').find(is);
  const instance = ofType(checked, 'AWS::RDS::DBInstance').find(is);
  return proxy?.properties.VpcSecurityGroupIds ?? instance?.properties.VPCSecurityGroups ?? [];
}

/** Whether the topics, functions, secrets and mappings that it uses exist, and are made in the right order. */
export function surroundingFindings(checked: CheckedFunction): Finding[] {
  const { needs, found } = checked;
  const topics = ofType(checked, 'AWS::MSK::Topic').map(({ properties }) => properties.TopicName);
  const names = new Set([
    ...streamsOf(checked).map(({ topic }) => topic),
    ...(needs.kafkaTopics ?? []),
    ...(needs.produces ?? []),
  ]);
  const { DATABASE_AUTH, DATABASE_USER } = variablesOf(checked);
  const called = Object.keys(needs.calls ?? {}).map((variable) => variablesOf(checked)[variable]);
  const functions = ofType(checked, 'AWS::Lambda::Function').map(({ properties }) => properties.FunctionName);
  const migration = ofType(checked, 'Custom::Trigger')[0];
  return [
    ...[...names].map((topic): Finding => [topics.includes(topic), `topic ${topic}`]),
    ...called.map((name): Finding => [functions.includes(name), `function ${name}`]),
    ...(DATABASE_AUTH === 'iam'
      ? [
          [
            proxySecrets(checked).some((arn) => arn.includes(`/${DATABASE_USER}-`)),
            `the proxy's secret of ${DATABASE_USER}`,
          ] as const,
        ]
      : []),
    [Boolean(migration), 'the migration at deployment'],
    ...streamsOf(checked).flatMap((stream): Finding[] => {
      const mapping = ofType(checked, 'AWS::Lambda::EventSourceMapping').find(
        ({ properties }) => properties.FunctionName === found.id && properties.Topics.includes(stream.topic),
      );
      const config = mapping?.properties.AmazonManagedKafkaEventSourceConfig;
      return [
        [config?.ConsumerGroupId === groupOf(stream), `an event source mapping for ${stream.topic}`],
        [
          Boolean(migration && mapping?.dependsOn.includes(migration.id)),
          `a mapping for ${stream.topic} after the migration`,
        ],
      ];
    }),
  ];
}

/** ARNs of the secrets with which the proxy logs IAM users in to PostgreSQL. */
const proxySecrets = (checked: CheckedFunction): string[] =>
  theOne(checked, 'AWS::RDS::DBProxy')
    .properties.Auth.filter(({ IAMAuth }: { IAMAuth: string }) => IAMAuth === 'REQUIRED')
    .map(({ SecretArn }: { SecretArn: string }) => SecretArn);
