import { type CfnResource, Stack } from 'aws-cdk-lib';
import { type LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { logGroup } from './log-group.ts';

/**
 * The log group of a function that CDK adds for a custom resource; otherwise Lambda makes one that outlives the stack.
 *
 * @param provider CDK's name of the function; a stack has one for all resources of that kind
 * @param dependent the resource that causes the function to be called
 */
export function provideLogs(dependent: Construct, provider: string): void {
  const stack = Stack.of(dependent);
  const folder = stack.node.findChild(provider);
  const handler = folder.node.findChild('Handler') as CfnResource;
  const logs =
    (folder.node.tryFindChild('Logs') as LogGroup | undefined) ??
    logGroup(folder, 'Logs', RetentionDays.ONE_WEEK, `/aws/lambda/${handler.ref}`);
  dependent.node.addDependency(logs);
}
