/** Calls a function of AWS Lambda and waits for its result. How long, the client knows (aws.ts). */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/**
 * @param payload a Uint8Array holds JSON already
 * @throws if the function cannot be reached, or with its own message if it failed, whose cause is where it did
 */
export async function invokeFunction<Result>(
  client: LambdaClient,
  FunctionName: string,
  payload: object | Uint8Array,
): Promise<Result> {
  const Payload = payload instanceof Uint8Array ? payload : JSON.stringify(payload);
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
  const result = JSON.parse(answer.Payload?.transformToString() ?? 'null');
  if (answer.FunctionError)
    throw new Error(`${FunctionName} failed: ${result?.errorMessage ?? answer.FunctionError}`, {
      cause: result?.trace,
    });
  return result as Result;
}
