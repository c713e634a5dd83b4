import { type CfnResource, Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Trigger } from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import { logGroup } from './log-group.ts';
import type { NodeFunction } from './node-function.ts';

/** CDK's function that calls a trigger's, one for all of a stack. */
const PROVIDER = 'AWSCDK.TriggerCustomResourceProviderCustomResourceProvider';

/**
 * Runs the function when the stack is made, and again whenever its bundle (which has sql/ in it) or its environment has
 * changed; the deployment fails if it does.
 *
 * @param begins what waits for it
 */
export function runAtDeployment({ lambda, role, timeout }: NodeFunction, begins: readonly Construct[]): void {
  const trigger = new Trigger(lambda, 'AtDeployment', {
    handler: lambda,
    timeout,
    executeAfter: [role],
    executeBefore: [...begins],
  });
  // Before Lambda makes one that outlives the stack.
  const provider = Stack.of(lambda).node.findChild(PROVIDER).node.findChild('Handler') as CfnResource;
  trigger.node.addDependency(
    logGroup(lambda, 'AtDeploymentLogs', RetentionDays.ONE_WEEK, `/aws/lambda/${provider.ref}`),
  );
}
