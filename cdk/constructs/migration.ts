import { Trigger } from 'aws-cdk-lib/triggers';
import type { Construct } from 'constructs';
import type { NodeFunction } from './node-function.ts';
import { provideLogs } from './provider-logs.ts';

/**
 * Runs the function when the stack is made, and again whenever its bundle (which includes sql/) or its environment has
 * changed; if the function fails, so does the deployment.
 *
 * @param begins resources that are made only after it has succeeded
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
