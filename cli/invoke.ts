/** Invokes a deployed function, as Airflow does. */
import { InvokeCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { invocationLimits } from '#adapters/aws.ts';
import { type FunctionName, functions } from '#cdk/config/functions.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import type { Backbone } from '#operations/backbone.ts';

/**
 * @param payload a Uint8Array holds JSON already
 * @throws if the function cannot be reached, or with its own message if it failed
 */
export function invoke<Result>(
  { lambda }: Pick<StackStatus, 'lambda'>,
  name: FunctionName,
  payload: object | Uint8Array,
): Promise<Result> {
  const { endpoint, region, accessKeyId, secretAccessKey, functionPrefix } = lambda;
  return invokeAs({ endpoint, region, credentials: { accessKeyId, secretAccessKey } }, functionPrefix, name, payload);
}

/**
 * As `invoke`, wherever the settings lead.
 *
 * @param settings none: where the environment of this process leads, such as to an account
 */
export async function invokeAs<Result>(
  settings: LambdaClientConfig,
  functionPrefix: string,
  name: FunctionName,
  payload: object | Uint8Array,
): Promise<Result> {
  const client = new LambdaClient({
    ...settings,
    maxAttempts: 2,
    requestHandler: invocationLimits(functions[name].timeoutSeconds),
  });
  const FunctionName = `${functionPrefix}-${name}`;
  const Payload = payload instanceof Uint8Array ? payload : JSON.stringify(payload);
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload }));
  const result = JSON.parse(answer.Payload?.transformToString() ?? 'null');
  if (answer.FunctionError) throw new Error(`${FunctionName} failed: ${result?.errorMessage ?? answer.FunctionError}`);
  return result as Result;
}

/** The functions of a stack as operations call them. */
export const functionsOf =
  (stack: Pick<StackStatus, 'lambda'>): Backbone['invoke'] =>
  (name, payload) =>
    invoke(stack, functionOf(name), payload);

/** @throws if there is none of that name */
export function functionOf(name: string): FunctionName {
  if (Object.hasOwn(functions, name)) return name as FunctionName;
  throw new Error(`Expected a function of cdk/config/functions.ts, got ${name}`);
}
