import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Kept for the days, and deleted with its stack: a log group that stayed would keep the next deployment from making one
 * of its name.
 *
 * @param days one of those that CloudWatch knows: 1, 3, 5, 7, 14, 30, 60, 90, …
 */
export const logGroup = (scope: Construct, id: string, days: RetentionDays, logGroupName?: string): LogGroup =>
  new LogGroup(scope, id, {
    ...(logGroupName && { logGroupName }),
    retention: days,
    removalPolicy: RemovalPolicy.DESTROY,
  });
