import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * A log group that keeps entries for some days and is deleted with its stack: one that stayed would keep the next
 * deployment from making a group of the same name.
 *
 * @param days one of CloudWatch's retention periods: 1, 3, 5, 7, 14, 30, 60, 90, …
 */
export const logGroup = (scope: Construct, id: string, days: RetentionDays, logGroupName?: string): LogGroup =>
  new LogGroup(scope, id, {
    ...(logGroupName && { logGroupName }),
    retention: days,
    removalPolicy: RemovalPolicy.DESTROY,
  });
