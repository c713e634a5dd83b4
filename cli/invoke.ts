/** Invokes a deployed function, as Airflow does. */
import { LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { invocationLimits } from '#adapters/aws.ts';
import { invokeFunction } from '#adapters/invoke-function.ts';
import { type FunctionName, functions } from '#cdk/config/functions.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import type { Backbone } from '#operations/backbone.ts';

/** A function of this machine's stack, as adapters/invoke-function.ts says. */
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
export function invokeAs<Result>(
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
  return invokeFunction(client, `${functionPrefix}-${name}`, payload);
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
