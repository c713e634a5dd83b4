import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { NodeFunction } from './node-function.ts';

/** Lets the function tell people. */
export function grantAlerts({ role }: NodeFunction, { topicArn }: Topic): void {
  role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topicArn] }));
}
