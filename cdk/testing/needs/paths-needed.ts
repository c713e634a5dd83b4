import { groupOf } from '#domain/streams.ts';
import { KAFKA_IAM_PORT, POSTGRES_PORT } from '../../constructs/security-groups.ts';
import type { Resource } from './account.ts';
import { networkOf } from './network.ts';
import { type Finding, ofType, streamsOf, theOne, usesKafka, variablesOf, type Walk } from './walk.ts';

/** Whether the function stands where it reaches the database, Kafka and AWS. */
export function pathFindings(walk: Walk): Finding[] {
  const network = networkOf(walk.resources);
  const { SecurityGroupIds: groups = [], SubnetIds: subnets = [] } = walk.found.properties.VpcConfig ?? {};
  const brokers = brokersOf(walk);
  const reaches = (targets: readonly string[], port: number) =>
    targets.some((target) => network.reaches(groups, target, port));
  return [
    [subnets.length > 1, 'subnets in two zones'],
    ...subnets.map((subnet: string): Finding => [network.hasWayOut(subnet), `a way out of ${subnet}`]),
    [network.reachesInternet(groups, 443), 'a way to the AWS services'],
    [reaches(databaseGroups(walk), POSTGRES_PORT), `a way to ${variablesOf(walk).DATABASE_HOST}`],
    ...(usesKafka(walk) ? [[reaches(brokers.groups, KAFKA_IAM_PORT), 'a way to the brokers'] as const] : []),
    ...(walk.needs.search && searchGroups(walk).length > 0
      ? [[reaches(searchGroups(walk), 443), 'a way to Elasticsearch'] as const]
      : []),
    ...(streamsOf(walk).length > 0 ? pollerPaths(network, brokers) : []),
  ];
}

/** Lambda's pollers stand in the brokers' groups and subnets; they call the brokers, Lambda and STS. */
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

function brokersOf(walk: Walk): { groups: string[]; subnets: string[] } {
  const { SecurityGroups, ClientSubnets } = theOne(walk, 'AWS::MSK::Cluster').properties.BrokerNodeGroupInfo;
  return { groups: SecurityGroups, subnets: ClientSubnets };
}

/** Of a node of our own; what is elsewhere is reached by the way to the AWS services. */
const searchGroups = (walk: Walk): string[] =>
  ofType(walk, 'AWS::EC2::LaunchTemplate').flatMap(({ properties }) => properties.LaunchTemplateData.SecurityGroupIds);

/** Of what DATABASE_HOST names. */
function databaseGroups(walk: Walk): string[] {
  const is = ({ id }: Resource) => variablesOf(walk).DATABASE_HOST?.startsWith(`${id}.Endpoint`);
  const proxy = ofType(walk, 'AWS::RDS::DBProxy').find(is);
  const instance = ofType(walk, 'AWS::RDS::DBInstance').find(is);
  return proxy?.properties.VpcSecurityGroupIds ?? instance?.properties.VPCSecurityGroups ?? [];
}

/** Whether there is what it consumes, writes to and logs in with, and in the right order. */
export function surroundingFindings(walk: Walk): Finding[] {
  const { needs, found } = walk;
  const topics = ofType(walk, 'AWS::MSK::Topic').map(({ properties }) => properties.TopicName);
  const names = new Set([
    ...streamsOf(walk).map(({ topic }) => topic),
    ...(needs.kafkaTopics ?? []),
    ...(needs.produces ?? []),
  ]);
  const { DATABASE_AUTH, DATABASE_USER } = variablesOf(walk);
  const called = Object.keys(needs.calls ?? {}).map((variable) => variablesOf(walk)[variable]);
  const functions = ofType(walk, 'AWS::Lambda::Function').map(({ properties }) => properties.FunctionName);
  const migration = ofType(walk, 'Custom::Trigger')[0];
  return [
    ...[...names].map((topic): Finding => [topics.includes(topic), `topic ${topic}`]),
    ...called.map((name): Finding => [functions.includes(name), `function ${name}`]),
    ...(DATABASE_AUTH === 'iam'
      ? [
          [
            proxySecrets(walk).some((arn) => arn.includes(`/${DATABASE_USER}-`)),
            `the proxy's secret of ${DATABASE_USER}`,
          ] as const,
        ]
      : []),
    [Boolean(migration), 'the migration at deployment'],
    ...streamsOf(walk).flatMap((stream): Finding[] => {
      const mapping = ofType(walk, 'AWS::Lambda::EventSourceMapping').find(
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

/** ARNs of the secrets with which the proxy lets somebody in. */
const proxySecrets = (walk: Walk): string[] =>
  theOne(walk, 'AWS::RDS::DBProxy')
    .properties.Auth.filter(({ IAMAuth }: { IAMAuth: string }) => IAMAuth === 'REQUIRED')
    .map(({ SecretArn }: { SecretArn: string }) => SecretArn);
