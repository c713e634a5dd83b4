import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { functionPrefix, parameterName } from '../config/names.ts';
import { airflowVariable } from '../constructs/airflow-variable.ts';

export interface ParametersStackProps extends StackProps {
  readonly environmentName: string;
  readonly airflowVariablesPrefix: string;
  readonly bucket: Bucket;
  readonly alertTopic: Topic;
}

/** Values under names that never change, for tools in Parameter Store and for Airflow in its secrets backend. */
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

    airflowVariable(this, 'tillstream_function_prefix', {
      prefix: airflowVariablesPrefix,
      value: functionPrefix(environmentName),
      description: 'what stands before the name of each function that a DAG invokes',
    });
  }
}
