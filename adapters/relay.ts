/** Asks relay-outbox to publish what was just committed. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsLimits } from './aws.ts';
import { required } from './configuration.ts';

/**
 * @returns a function that calls relay-outbox without waiting for its work; if a call is lost, the relay's own schedule
 *   publishes within a minute
 */
export function relayCaller(): () => Promise<void> {
  const lambda = new LambdaClient(awsLimits);
  const FunctionName = required('RELAY_FUNCTION');
  return async () => {
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' })).catch(() => {});
  };
}
