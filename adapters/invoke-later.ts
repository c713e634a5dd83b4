/** Lambda's client; a file of its own, loaded with the first call, for which a cold function need not wait. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsLimits } from './aws.ts';

let client: LambdaClient | undefined;

/** Returns when Lambda has taken the call, without waiting for its work. */
export async function invokeLater(FunctionName: string, request?: object): Promise<void> {
  client ??= new LambdaClient(awsLimits);
  const Payload = request && JSON.stringify(request);
  await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
}
