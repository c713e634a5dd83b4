import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Configuration } from '#domain/configuration/keys.ts';
import { streams } from '#domain/streams.ts';
import { airflowName, sparkSecretName } from '../config/names.ts';
import type { Orchestration } from '../config/orchestration.ts';
import { AirflowEnvironment } from '../constructs/airflow-environment.ts';
import { airflowRole } from '../constructs/airflow-role.ts';
import { airflowVariable } from '../constructs/airflow-variable.ts';
import type { DatabaseConnection } from '../constructs/database-connection.ts';
import { deployFolder } from '../constructs/deploy-files.ts';
import type { KafkaConnection } from '../constructs/kafka-connection.ts';
import { SparkApplication } from '../constructs/spark-application.ts';
import { tellSparkFailures } from '../constructs/spark-failures.ts';
import { deploySparkJars } from '../constructs/spark-jars.ts';
import { sparkRole } from '../constructs/spark-role.ts';
import { workBucket } from '../constructs/work-bucket.ts';
import type { NetworkStack } from './network.ts';

export interface OrchestrationStackProps extends StackProps {
  readonly environmentName: string;
  readonly orchestration: Orchestration;
  readonly configuration: Configuration;
  readonly airflowVariablesPrefix: string;
  readonly network: NetworkStack;
  readonly database: DatabaseConnection;
  readonly kafka: KafkaConnection;
  readonly lake: Bucket;
  readonly alertTopic: Topic;
}

/** Airflow, which schedules, and Spark, which it starts. Neither holds anything that can't be made again. */
export class OrchestrationStack extends Stack {
  constructor(scope: Construct, id: string, props: OrchestrationStackProps) {
    const { environmentName, orchestration, airflowVariablesPrefix, network, database, kafka, lake } = props;
    super(scope, id, props);
    const { clusterArn } = kafka.polled ?? {};
    if (!clusterArn) throw new Error('Spark needs a Kafka with IAM logins: a backbone of kind "made".');
    const key = new Key(this, 'Key', {
      description: `Code, logs and queues of Airflow and Spark in ${environmentName}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const work = workBucket(this, 'SparkBucket', key);
    const code = deployFolder(this, 'SparkCode', work, 'code', 'spark');
    const jars = deploySparkJars(this, 'SparkJars', work, 'jars');
    const jobRole = sparkRole(this, 'SparkRole', {
      lake,
      work,
      key,
      secret: Secret.fromSecretNameV2(this, 'SparkSecret', sparkSecretName(environmentName)),
      clusterArn,
      reads: [streams.orders.topic],
    });
    const spark = new SparkApplication(this, 'Spark', {
      name: airflowName(environmentName),
      spark: orchestration.spark,
      vpc: network.vpc,
      securityGroups: [network.securityGroups.https, ...database.securityGroups('bi_reader'), ...kafka.securityGroups],
      environment: this.jobEnvironment(props, work),
      jars: jars.uris,
      jobRole,
    });
    tellSparkFailures(this, 'SparkFailures', spark.id, props.alertTopic);

    const dags = workBucket(this, 'AirflowBucket', key);
    const airflow = new AirflowEnvironment(this, 'Airflow', {
      name: airflowName(environmentName),
      airflow: orchestration.airflow,
      configuration: props.configuration,
      variablesPrefix: airflowVariablesPrefix,
      network,
      bucket: dags,
      key,
      role: airflowRole(this, 'AirflowRole', {
        environmentName,
        variablesPrefix: airflowVariablesPrefix,
        bucket: dags,
        key,
        spark,
      }),
    });
    const variables = {
      tillstream_spark_application_id: spark.id,
      tillstream_spark_job_role_arn: jobRole.roleArn,
      tillstream_spark_code: code.uri,
    };
    for (const [name, value] of Object.entries(variables))
      airflow.node.addDependency(airflowVariable(this, name, { prefix: airflowVariablesPrefix, value }));
    airflow.node.addDependency(code.deployed, jars.deployed);
  }

  /** Environment variables that tell jobs where everything is, named as for functions (adapters/configuration.ts). */
  private jobEnvironment(props: OrchestrationStackProps, work: Bucket): Record<string, string> {
    const { environmentName, database, kafka, lake } = props;
    // JDBC can't log in with IAM, so Spark logs in to the proxy with a password.
    const reached = Object.entries(database.variables('bi_reader')).filter(([name]) =>
      /_(HOST|PORT|NAME|TLS)$/.test(name),
    );
    return {
      TILLSTREAM_ENVIRONMENT: environmentName,
      // boto3 does not read AWS_REGION.
      AWS_DEFAULT_REGION: this.region,
      LAKE_BUCKET: lake.bucketName,
      CHECKPOINTS: `s3://${work.bucketName}/checkpoints`,
      ...Object.fromEntries(reached),
      DATABASE_USER: 'spark_curation',
      DATABASE_SECRET_ID: sparkSecretName(environmentName),
      ...kafka.variables,
    };
  }
}
