import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { InstanceType, type ISecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  CaCertificate,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  ParameterGroup,
  PostgresEngineVersion,
  StorageType,
} from 'aws-cdk-lib/aws-rds';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Environment, Rds } from '../config/environment.ts';
import { logGroup } from './log-group.ts';
import { POSTGRES_PORT } from './security-groups.ts';

export interface PostgresProps {
  readonly vpc: Vpc;
  readonly securityGroup: ISecurityGroup;
  readonly admin: Secret;
  readonly database: Rds;
  readonly onDelete: Environment['onDelete'];
  readonly deletionProtection: boolean;
}

/** PostgreSQL 17 on RDS, reachable through its security group only. */
export class Postgres extends Construct {
  readonly instance: DatabaseInstance;

  constructor(scope: Construct, id: string, props: PostgresProps) {
    super(scope, id);
    const { vpc, securityGroup, admin, database, deletionProtection } = props;
    const keep = props.onDelete === 'keep';
    const instanceIdentifier = Stack.of(this).stackName;
    const key = new Key(this, 'Key', {
      description: `Data, backups and snapshots of ${instanceIdentifier}`,
      enableKeyRotation: true,
      // A snapshot that is kept can't be restored without its key.
      removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // Made before RDS makes one, which would keep logs for ever.
    const logs = logGroup(
      this,
      'Logs',
      database.logRetentionDays,
      `/aws/rds/instance/${instanceIdentifier}/postgresql`,
    );
    const engine = DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_17 });
    this.instance = new DatabaseInstance(this, 'Instance', {
      instanceIdentifier,
      engine,
      instanceType: new InstanceType(database.instanceType),
      multiAz: database.multiAz,
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [securityGroup],
      port: POSTGRES_PORT,
      publiclyAccessible: false,
      databaseName: database.name,
      // A reference that RDS resolves: attaching the secret would make the two stacks depend on each other.
      credentials: Credentials.fromPassword(database.adminUser, admin.secretValueFromJson('password')),
      parameterGroup: new ParameterGroup(this, 'Parameters', {
        engine,
        description: instanceIdentifier,
        parameters: { 'rds.force_ssl': '1', log_min_duration_statement: '5000', log_lock_waits: '1' },
      }),
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      storageEncrypted: true,
      storageEncryptionKey: key,
      storageType: StorageType.GP3,
      allocatedStorage: database.storage.gigabytes,
      maxAllocatedStorage: database.storage.most,
      backupRetention: Duration.days(database.backupDays),
      copyTagsToSnapshot: true,
      cloudwatchLogsExports: ['postgresql'],
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: key,
      autoMinorVersionUpgrade: true,
      deletionProtection,
      removalPolicy: keep ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
    });
    this.instance.node.addDependency(logs);
    this.acknowledge(database, deletionProtection);
  }

  private acknowledge({ multiAz }: Rds, deletionProtection: boolean): void {
    const accepted = Validations.of(this.instance);
    accepted.acknowledge({
      id: 'AwsSolutions-RDS11',
      reason: 'Only two security groups reach the instance, on this port; another number would hide nothing from them.',
    });
    if (!multiAz)
      accepted.acknowledge({
        id: 'AwsSolutions-RDS3',
        reason: 'Chosen where cost decides: losing the zone means restoring the last backup.',
      });
    if (!deletionProtection)
      accepted.acknowledge({
        id: 'AwsSolutions-RDS10',
        reason: 'Not asked for in this environment, which is made to be destroyed; a final snapshot is taken.',
      });
  }
}
