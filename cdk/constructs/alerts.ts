import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Configuration } from '#domain/configuration/keys.ts';
import type { NodeFunction } from './node-function.ts';

/** Lets the function publish alerts to people, and use the topic's key for that. */
export function grantAlerts({ role }: NodeFunction, { topicArn, masterKey }: Topic): void {
  role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topicArn] }));
  masterKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
}

/** As functions/run-transformations/lateness.ts reads them. */
export const lateVariables = (configuration: Configuration): Record<string, string> => ({
  LATE_RATIO_THRESHOLD: String(configuration['late.alert_ratio']),
  LATE_COUNT_THRESHOLD: String(configuration['late.alert_count']),
});
