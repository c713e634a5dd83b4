/** Lambda's client; a file of its own, loaded with the first call, for which a cold function need not wait. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsLimits } from './aws.ts';

let client: LambdaClient | undefined;

/** Returns when Lambda has taken the call, without waiting for its work. */
export async function invokeLater(FunctionName: string, request?: object): Promise<void> {
  // Lambda takes a call in milliseconds. Who calls has committed, and its next batch waits behind a call that may be lost.
  client ??= new LambdaClient({
    maxAttempts: 2,
    requestHandler: { ...awsLimits.requestHandler, requestTimeout: 5_000, socketTimeout: 5_000 },
  });
  const Payload = request && JSON.stringify(request);
  await client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload }));
}
