import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import type { SecurityGroup, SelectedSubnets } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnCluster, CfnConfiguration } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import type { Msk } from '../config/environment.ts';
import { logGroup } from './log-group.ts';

/** MSK's name for the newest Kafka that it recommends, without ZooKeeper. */
const KAFKA_VERSION = '3.9.x.kraft';

export interface MskClusterProps {
  readonly clusterName: string;
  readonly subnets: SelectedSubnets;
  readonly securityGroup: SecurityGroup;
  readonly kafka: Msk;
}

/** Brokers that let in who logs in with IAM over TLS, and nobody else. */
export class MskCluster extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { clusterName, subnets, securityGroup, kafka }: MskClusterProps) {
    super(scope, id);
    const { gigabytes, most } = kafka.storage;
    const key = new Key(this, 'Key', {
      description: `Data of the Kafka cluster ${clusterName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const configuration = new CfnConfiguration(this, 'Configuration', {
      name: clusterName,
      serverProperties: serverProperties(kafka),
    });
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName,
      kafkaVersion: KAFKA_VERSION,
      numberOfBrokerNodes: subnets.subnetIds.length,
      brokerNodeGroupInfo: {
        instanceType: kafka.brokerType,
        clientSubnets: subnets.subnetIds,
        securityGroups: [securityGroup.securityGroupId],
        storageInfo: { ebsStorageInfo: { volumeSize: gigabytes } },
        connectivityInfo: { publicAccess: { type: 'DISABLED' } },
      },
      clientAuthentication: { sasl: { iam: { enabled: true } }, unauthenticated: { enabled: false } },
      encryptionInfo: {
        encryptionAtRest: { dataVolumeKmsKeyId: key.keyArn },
        encryptionInTransit: { clientBroker: 'TLS', inCluster: true },
      },
      configurationInfo: { arn: configuration.attrArn, revision: configuration.attrLatestRevisionRevision },
      enhancedMonitoring: kafka.monitoring,
      loggingInfo: {
        brokerLogs: {
          cloudWatchLogs: { enabled: true, logGroup: logGroup(this, 'Logs', kafka.logRetentionDays).logGroupName },
        },
      },
    });
    growStorage(cluster, most);
    this.arn = cluster.attrArn;
  }
}

/** No record is acknowledged that one broker's loss could lose, and a mistyped topic is an error instead of a topic. */
const serverProperties = ({ replicationFactor, minInSyncReplicas, retentionHours }: Msk): string =>
  [
    'auto.create.topics.enable=false',
    `default.replication.factor=${replicationFactor}`,
    `min.insync.replicas=${minInSyncReplicas}`,
    'unclean.leader.election.enable=false',
    `log.retention.hours=${retentionHours}`,
  ].join('\n');

/**
 * Disks grow when they are filled to 60 % and never shrink. A deployment leaves them as they have grown, unless it changes the
 * size that they began with: https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html
 */
function growStorage(cluster: CfnCluster, maxCapacity: number): void {
  const target = new CfnScalableTarget(cluster, 'StorageTarget', {
    serviceNamespace: 'kafka',
    scalableDimension: 'kafka:broker-storage:VolumeSize',
    resourceId: cluster.attrArn,
    minCapacity: 1,
    maxCapacity,
  });
  new CfnScalingPolicy(cluster, 'StoragePolicy', {
    policyName: 'broker-storage',
    policyType: 'TargetTrackingScaling',
    scalingTargetId: target.ref,
    targetTrackingScalingPolicyConfiguration: {
      predefinedMetricSpecification: { predefinedMetricType: 'KafkaBrokerStorageUtilization' },
      targetValue: 60,
      disableScaleIn: true,
    },
  });
}
