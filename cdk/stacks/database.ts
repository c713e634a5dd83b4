import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { type ISecurityGroup, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { type CfnDBProxy, DatabaseProxy, ProxyTarget } from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { Environment, Rds } from '../config/environment.ts';
import { databaseRoles } from '../config/functions.ts';
import { Postgres } from '../constructs/postgres.ts';
import type { DatabaseSecrets } from './database-access.ts';
import type { NetworkStack } from './network.ts';

export interface DatabaseStackProps extends StackProps {
  readonly network: NetworkStack;
  readonly secrets: DatabaseSecrets;
  readonly database: Rds;
  readonly onDelete: Environment['onDelete'];
  readonly protected: boolean;
}

/** Roles that can't log in with IAM, for JDBC and people's dashboards. The proxy takes the password of their secret. */
const byPassword: readonly string[] = ['bi_reader', 'spark_curation'];

/**
 * PostgreSQL and its proxy. Functions log in to the proxy with IAM, each as a role of its own; the proxy logs in to PostgreSQL
 * with the role's secret, and bounds the connections, however many functions run.
 */
export class DatabaseStack extends Stack {
  /** The host at which the owner of the schemas logs in, with its password. */
  readonly instanceHost: string;
  readonly proxy: DatabaseProxy;

  constructor(scope: Construct, id: string, props: DatabaseStackProps) {
    const { network, secrets, database, onDelete, protected: deletionProtection, ...stackProps } = props;
    super(scope, id, { terminationProtection: deletionProtection, ...stackProps });
    const { vpc } = network;
    const [postgresGroup, proxyGroup] = this.fixed(
      network.securityGroups.database,
      network.securityGroups.databaseProxy,
    );
    const { instance } = new Postgres(this, 'Postgres', {
      vpc,
      securityGroup: postgresGroup,
      admin: secrets.admin,
      database,
      onDelete,
      deletionProtection,
    });
    this.instanceHost = instance.dbInstanceEndpointAddress;
    this.proxy = new DatabaseProxy(this, 'Proxy', {
      dbProxyName: this.stackName,
      proxyTarget: ProxyTarget.fromInstance(instance),
      secrets: databaseRoles.map((role) => secrets[role]),
      iamAuth: true,
      requireTLS: true,
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [proxyGroup],
    });
    (this.proxy.node.defaultChild as CfnDBProxy).auth = databaseRoles.map((role) => ({
      authScheme: 'SECRETS',
      secretArn: secrets[role].secretArn,
      ...(byPassword.includes(role)
        ? { iamAuth: 'DISABLED', clientPasswordAuthType: 'POSTGRES_SCRAM_SHA_256' }
        : { iamAuth: 'REQUIRED' }),
    }));
    if (onDelete === 'keep')
      new CfnOutput(this, 'KeptWhenDestroyed', {
        value: `A final snapshot of ${instance.instanceIdentifier} and the KMS key that it is encrypted with.`,
      });
  }

  /** As immutable groups: CDK would add rules to them that make the two stacks depend on each other. */
  private fixed(...groups: readonly [SecurityGroup, SecurityGroup]): [ISecurityGroup, ISecurityGroup] {
    const fix = (group: SecurityGroup): ISecurityGroup =>
      SecurityGroup.fromSecurityGroupId(this, group.node.id, group.securityGroupId, { mutable: false });
    return [fix(groups[0]), fix(groups[1])];
  }
}
