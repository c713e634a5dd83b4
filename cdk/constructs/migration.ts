import { Trigger } from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import type { NodeFunction } from './node-function.ts';
import { provideLogs } from './provider-logs.ts';

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
  provideLogs(trigger, 'AWSCDK.TriggerCustomResourceProviderCustomResourceProvider');
}
