import { readFileSync } from 'node:fs';
import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AutoScalingGroup,
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  Signals,
  UpdatePolicy,
} from 'aws-cdk-lib/aws-autoscaling';
import {
  AmazonLinuxCpuType,
  InstanceType,
  LaunchTemplate,
  MachineImage,
  Port,
  SecurityGroup,
  SubnetType,
  UserData,
} from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { inRepository } from '#adapters/repository.ts';
import { searchNodeName, searchSecretName } from '../config/names.ts';
import { ELASTICSEARCH_VERSION, type SearchNode } from '../config/search.ts';
import { workBucket } from '../constructs/work-bucket.ts';
import { acknowledge, acknowledgeResource } from '../findings.ts';
import type { NetworkStack } from './network.ts';

export interface SearchStackProps extends StackProps {
  readonly environmentName: string;
  readonly node: SearchNode;
  readonly network: NetworkStack;
}

/**
 * Elasticsearch on one instance of our own, in any zone that works. All that it holds is also in PostgreSQL or in its
 * snapshots, so a lost node is replaced by a new one, which the next run of index-hourly-metrics fills.
 */
export class SearchStack extends Stack {
  constructor(scope: Construct, id: string, { environmentName, node, network, ...props }: SearchStackProps) {
    super(scope, id, props);
    const { vpc, securityGroups } = network;
    const snapshots = workBucket(this, 'Snapshots');
    const secret = searchSecret(this, environmentName);
    const role = nodeRole(this, snapshots, secret);

    const around = new SecurityGroup(this, 'Around', { vpc, description: 'Elasticsearch', allowAllOutbound: false });
    around.addIngressRule(securityGroups.https, Port.tcp(443), 'Who may call services');
    const template = new LaunchTemplate(this, 'Template', {
      launchTemplateName: searchNodeName(environmentName),
      instanceType: new InstanceType(node.instanceType),
      machineImage: MachineImage.latestAmazonLinux2023({ cpuType: AmazonLinuxCpuType.ARM_64 }),
      role,
      securityGroup: around,
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      detailedMonitoring: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(node.gigabytes, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
        },
      ],
      userData: this.userData({
        VERSION: ELASTICSEARCH_VERSION,
        SECRET_ID: secret.secretName,
        SNAPSHOTS: snapshots.bucketName,
        REGION: this.region,
      }),
    });
    template.connections.addSecurityGroup(securityGroups.https);
    const group = new AutoScalingGroup(this, 'Node', {
      autoScalingGroupName: searchNodeName(environmentName),
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      launchTemplate: template,
      minCapacity: 1,
      maxCapacity: 1,
      // A deployment waits until the node answers, and fails if it does not.
      signals: Signals.waitForAll({ timeout: Duration.minutes(20) }),
      updatePolicy: UpdatePolicy.rollingUpdate({ minInstancesInService: 0 }),
    });
    template.userData?.addSignalOnExitCommand(group);
    group.node.addDependency(role, around); // the node starts at once, and fails without them
    acknowledge(group, 'AwsSolutions-AS3', 'An alarm watches the group; a single node does not scale.');
  }

  private userData(variables: Readonly<Record<string, string>>): UserData {
    const script = readFileSync(inRepository('cdk/stacks/search-node.sh'), 'utf8');
    const userData = UserData.forLinux();
    userData.addCommands(...Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`), script);
    return userData;
  }
}

/** The node adds its address and its certificate's authority, so that clients find a new node without DNS. */
function searchSecret(scope: Construct, environmentName: string): Secret {
  const secret = new Secret(scope, 'Login', {
    secretName: searchSecretName(environmentName),
    description: 'Elasticsearch: who logs in, and whose certificate is trusted',
    generateSecretString: {
      secretStringTemplate: JSON.stringify({ username: 'elastic' }),
      generateStringKey: 'password',
      passwordLength: 40,
      excludePunctuation: true,
    },
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acknowledge(
    secret,
    'AwsSolutions-SMG4',
    'The node takes its password when it is made; docs/runbook.md says how to change it.',
  );
  return secret;
}

function nodeRole(scope: Construct, snapshots: Bucket, secret: Secret): Role {
  const role = new Role(scope, 'Role', {
    description: 'What the node of Elasticsearch may do',
    assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    // Session Manager instead of SSH: no port, no key.
    managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('AmazonSSMManagedInstanceCore')],
  });
  const allow = (actions: string[], resource: string): void => {
    role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
  };
  allow(['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], secret.secretArn);
  allow(['s3:ListBucket', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads'], snapshots.bucketArn);
  allow(
    ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
    snapshots.arnForObjects('*'),
  );
  acknowledge(
    role,
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/AmazonSSMManagedInstanceCore]',
    'The needs of Session Manager change with its agent; AWS maintains this policy for it.',
  );
  acknowledgeResource(role, snapshots.arnForObjects('*'), 'Elasticsearch names the objects of its snapshots itself.');
  return role;
}
