import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import type { Construct } from 'constructs';
import { acknowledgeCustomResource } from '../findings.ts';
import { logGroup } from './log-group.ts';

/** `host:port,…` for clients that log in with IAM. MSK's API returns it; CloudFormation's cluster resource does not. */
export function bootstrapBrokers(scope: Construct, clusterArn: string): string {
  const logs = logGroup(scope, 'BootstrapBrokersLogs', RetentionDays.ONE_WEEK);
  const role = new Role(scope, 'BootstrapBrokersRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  logs.grantWrite(role);
  const question = new AwsCustomResource(scope, 'BootstrapBrokers', {
    resourceType: 'Custom::BootstrapBrokers',
    // Asked again only when the cluster is replaced; clients find brokers that join later through these.
    onUpdate: {
      service: 'kafka',
      action: 'GetBootstrapBrokers',
      parameters: { ClusterArn: clusterArn },
      physicalResourceId: PhysicalResourceId.of(clusterArn),
      outputPaths: ['BootstrapBrokerStringSaslIam'],
    },
    policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [clusterArn] }),
    installLatestAwsSdk: false,
    logGroup: logs,
    role,
    memorySize: 256,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // CDK makes one function for all such calls of the stack; its log group is all that we can set.
  const asking = Stack.of(scope).node.children.find(({ node }) => node.id.startsWith('AWS679f53fac'));
  if (asking) acknowledgeCustomResource(asking);
  return question.getResponseField('BootstrapBrokerStringSaslIam');
}
