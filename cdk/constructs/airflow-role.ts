import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { airflowConnectionsPrefix, airflowName, functionNamed } from '../config/names.ts';
import { functionsCalledByDags } from '../dags.ts';
import { acknowledge, acknowledgeResource } from '../findings.ts';
import type { SparkApplication } from './spark-application.ts';

export interface AirflowRoleProps {
  readonly environmentName: string;
  readonly variablesPrefix: string;
  readonly bucket: Bucket;
  readonly key: Key;
  readonly spark: SparkApplication;
}

/**
 * Airflow's role. The first half of its permissions is what MWAA itself needs:
 * https://docs.aws.amazon.com/mwaa/latest/userguide/mwaa-create-role.html
 */
export function airflowRole(scope: Construct, id: string, props: AirflowRoleProps): Role {
  const { environmentName, variablesPrefix, bucket, key, spark } = props;
  const stack = Stack.of(scope);
  const name = airflowName(environmentName);
  const arn = (service: string, resource: string, resourceName: string, arnFormat = ArnFormat.SLASH_RESOURCE_NAME) =>
    stack.formatArn({ service, resource, resourceName, arnFormat });
  const queue = stack.formatArn({ service: 'sqs', account: '*', resource: 'airflow-celery-*' });
  const logGroups = arn('logs', 'log-group', `airflow-${name}-*`, ArnFormat.COLON_RESOURCE_NAME);
  const secrets = [variablesPrefix, airflowConnectionsPrefix(variablesPrefix)].map((prefix) =>
    arn('secretsmanager', 'secret', `${prefix}/*`, ArnFormat.COLON_RESOURCE_NAME),
  );

  // MWAA checks the role when its environment is made, so all permissions are inline: a policy resource would come too late.
  const role = new Role(scope, id, {
    description: `What Airflow ${name} may do`,
    assumedBy: new ServicePrincipal('airflow-env.amazonaws.com', ofThisAccount(stack)),
  });
  role.assumeRolePolicy?.addStatements(
    new PolicyStatement({
      actions: ['sts:AssumeRole'],
      principals: [new ServicePrincipal('airflow.amazonaws.com', ofThisAccount(stack))],
    }),
  );
  const allow = (actions: string[], ...resources: string[]): void => {
    role.addToPolicy(new PolicyStatement({ actions, resources }));
  };

  allow(['airflow:PublishMetrics'], arn('airflow', 'environment', name));
  allow(bucketActions, bucket.bucketArn, bucket.arnForObjects('*'));
  allow(logActions, logGroups);
  allow(['logs:DescribeLogGroups', 's3:GetAccountPublicAccessBlock', 'cloudwatch:PutMetricData'], '*');
  allow(queueActions, queue);
  role.addToPolicy(
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*'],
      resources: [key.keyArn],
      conditions: {
        StringLike: { 'kms:ViaService': ['sqs', 's3'].map((service) => `${service}.${stack.region}.amazonaws.com`) },
      },
    }),
  );

  allow(['secretsmanager:GetSecretValue'], ...secrets);
  allow(
    ['lambda:InvokeFunction'],
    ...functionsCalledByDags().map((called) =>
      arn('lambda', 'function', functionNamed(environmentName, called), ArnFormat.COLON_RESOURCE_NAME),
    ),
  );
  spark.grantRun(role);

  acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'MWAA asks for these three, which take no resource.');
  for (const action of [...bucketActions, 'kms:GenerateDataKey*'])
    acknowledge(
      role,
      `AwsSolutions-IAM5[Action::${action}]`,
      'As MWAA documents them, on our own bucket and key only.',
    );
  acknowledgeResource(role, queue, "MWAA's own queue, in an account and of a name that only MWAA knows.");
  acknowledgeResource(role, logGroups, 'The log groups of this Airflow, and the streams that MWAA makes in them.');
  for (const secret of secrets)
    acknowledgeResource(role, secret, 'Variables and Connections of this environment only; people add some.');
  acknowledgeResource(role, bucket.arnForObjects('*'), 'The bucket holds nothing but what Airflow reads.');
  return role;
}

const ofThisAccount = (stack: Stack) => ({ conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } });

const bucketActions = ['s3:GetObject*', 's3:GetBucket*', 's3:List*'];

const logActions = [
  'logs:CreateLogStream',
  'logs:CreateLogGroup',
  'logs:PutLogEvents',
  'logs:GetLogEvents',
  'logs:GetLogRecord',
  'logs:GetLogGroupFields',
  'logs:GetQueryResults',
];

const queueActions = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
];
