import { type ISecurityGroup, Port, SecurityGroup, SubnetType, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { CfnApplication } from 'aws-cdk-lib/aws-emrserverless';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EMR_RELEASE, type Spark } from '../config/orchestration.ts';
import { acknowledge, acknowledgeResource } from '../findings.ts';
import { logGroup } from './log-group.ts';

export interface SparkApplicationProps {
  readonly name: string;
  readonly spark: Spark;
  readonly vpc: Vpc;
  /** The groups with which jobs call PostgreSQL, Kafka and AWS. */
  readonly securityGroups: readonly ISecurityGroup[];
  /** Environment variables of every job. */
  readonly environment: Readonly<Record<string, string>>;
  /** s3:// URIs of jars that EMR's Spark lacks. */
  readonly jars: readonly string[];
  readonly jobRole: Role;
}

/** Starts with a job and stops when idle, so it costs nothing between jobs. */
export class SparkApplication extends Construct {
  readonly id: string;
  private readonly arn: string;
  private readonly jobRole: Role;

  constructor(scope: Construct, id: string, props: SparkApplicationProps) {
    super(scope, id);
    const { name, spark, vpc, securityGroups, environment, jars, jobRole } = props;
    const logs = logGroup(this, 'Logs', spark.logRetentionDays, `/tillstream/spark/${name}`);
    logs.grantWrite(jobRole);
    jobRole.addToPolicy(new PolicyStatement({ actions: ['logs:DescribeLogStreams'], resources: [logs.logGroupArn] }));
    jobRole.addToPolicy(new PolicyStatement({ actions: ['logs:DescribeLogGroups'], resources: ['*'] }));
    acknowledge(jobRole, 'AwsSolutions-IAM5[Resource::*]', 'EMR looks for its log group in the list of all.');
    // A job's driver and executors talk to each other inside the VPC.
    const workers = new SecurityGroup(this, 'Workers', { vpc, description: 'Spark', allowAllOutbound: false });
    workers.addIngressRule(workers, Port.allTcp(), 'Driver and executors');
    workers.addEgressRule(workers, Port.allTcp(), 'Driver and executors');

    const application = new CfnApplication(this, 'Application', {
      name,
      type: 'Spark',
      releaseLabel: EMR_RELEASE,
      architecture: 'ARM64',
      autoStartConfiguration: { enabled: true },
      autoStopConfiguration: { enabled: true, idleTimeoutMinutes: spark.idleMinutes },
      maximumCapacity: { cpu: `${spark.most.vcpus} vCPU`, memory: `${spark.most.gigabytes} GB` },
      networkConfiguration: {
        subnetIds: vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnetIds,
        securityGroupIds: [workers, ...securityGroups].map(({ securityGroupId }) => securityGroupId),
      },
      monitoringConfiguration: {
        cloudWatchLoggingConfiguration: { enabled: true, logGroupName: logs.logGroupName },
        managedPersistenceMonitoringConfiguration: { enabled: true },
      },
      runtimeConfiguration: [
        {
          classification: 'spark-defaults',
          properties: { 'spark.jars': jars.join(), ...variables(environment) },
        },
      ],
    });
    this.id = application.attrApplicationId;
    this.arn = application.attrArn;
    this.jobRole = jobRole;
  }

  /** Lets the role start jobs under the job role, watch them and cancel them. */
  grantRun(role: Role): void {
    const runs = `${this.arn}/jobruns/*`;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['StartApplication', 'GetApplication', 'StartJobRun'].map((action) => `emr-serverless:${action}`),
        resources: [this.arn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['GetJobRun', 'CancelJobRun', 'GetDashboardForJobRun'].map((action) => `emr-serverless:${action}`),
        resources: [runs],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.jobRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } },
      }),
    );
    acknowledgeResource(role, runs, 'Jobs of this application only; EMR Serverless gives each its id.');
  }
}

/** https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/jobs-spark.html */
const variables = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => [
      [`spark.emr-serverless.driverEnv.${name}`, value],
      [`spark.executorEnv.${name}`, value],
    ]),
  );
