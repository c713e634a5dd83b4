import { SecretValue, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { functionPrefix, parameterName } from '../config/names.ts';

export interface ParametersStackProps extends StackProps {
  readonly environmentName: string;
  readonly airflowVariablesPrefix: string;
  readonly bucket: Bucket;
  readonly alertTopic: Topic;
}

/** What others look up, under names that never change: tools in Parameter Store, Airflow in its secrets backend. */
export class ParametersStack extends Stack {
  constructor(scope: Construct, id: string, props: ParametersStackProps) {
    const { environmentName, airflowVariablesPrefix, bucket, alertTopic, ...stackProps } = props;
    super(scope, id, stackProps);

    const published = {
      'lake/bucket': bucket.bucketName,
      'functions/prefix': functionPrefix(environmentName),
      'alerts/topic': alertTopic.topicArn,
    };
    for (const [key, stringValue] of Object.entries(published))
      new StringParameter(this, key, { parameterName: parameterName(environmentName, key), stringValue });

    const variable = new Secret(this, 'tillstream_function_prefix', {
      secretName: `${airflowVariablesPrefix}/tillstream_function_prefix`,
      description: 'Airflow Variable: what stands before the name of each function that a DAG invokes',
      secretStringValue: SecretValue.unsafePlainText(functionPrefix(environmentName)),
    });
    Validations.of(variable).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: "Not a password: Airflow's secrets backend reads Variables from Secrets Manager.",
    });
  }
}
