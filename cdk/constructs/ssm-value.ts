import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { Given } from '../config/environment.ts';

/** The value itself, or a reference that CloudFormation resolves from the SSM parameter when it deploys. */
export const givenValue = (scope: Construct, given: Given): string =>
  typeof given === 'string' ? given : StringParameter.valueForStringParameter(scope, given.parameter);
