/** The call of relay-outbox; a file of its own, loaded with the first call, for which a cold function need not wait. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsLimits } from './aws.ts';

let client: LambdaClient | undefined;

/** Returns when Lambda has taken the call, without waiting for its work. */
export async function callLater(FunctionName: string): Promise<void> {
  client ??= new LambdaClient(awsLimits);
  await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }));
}
