import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { SsmValue } from '../config/ssm-value.ts';

/** The value itself, or a reference that CloudFormation resolves from the SSM parameter when it deploys. */
export const ssmValue = (scope: Construct, value: SsmValue): string =>
  typeof value === 'string' ? value : StringParameter.valueForStringParameter(scope, value.parameter);
