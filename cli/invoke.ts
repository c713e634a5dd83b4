/** Invokes a deployed function, as Airflow does. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { invocationLimits } from '#adapters/aws.ts';
import { type FunctionName, functions } from '#cdk/config/functions.ts';
import type { StackStatus } from '#localstack/stack/status.ts';

/**
 * @param payload a Uint8Array holds JSON already
 * @throws if the function cannot be reached, or with its own message if it failed
 */
export async function invoke<Result>(
  { lambda }: StackStatus,
  name: FunctionName,
  payload: object | Uint8Array,
): Promise<Result> {
  const client = new LambdaClient({
    endpoint: lambda.endpoint,
    region: lambda.region,
    credentials: { accessKeyId: lambda.accessKeyId, secretAccessKey: lambda.secretAccessKey },
    maxAttempts: 2,
    requestHandler: invocationLimits(functions[name].timeoutSeconds),
  });
  const FunctionName = `${lambda.functionPrefix}-${name}`;
  const Payload = payload instanceof Uint8Array ? payload : JSON.stringify(payload);
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
  const result = JSON.parse(answer.Payload?.transformToString() ?? 'null');
  if (answer.FunctionError) throw new Error(`${FunctionName} failed: ${result?.errorMessage ?? answer.FunctionError}`);
  return result as Result;
}
