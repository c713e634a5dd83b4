/** Invokes a function with an event, and reports the outcome. */
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsLimits, invocationLimits } from '#adapters/aws.ts';

/** A failure is the function's own error, or the service's: throttling, no such function, not reachable. */
export type Outcome = { readonly kind: 'success' } | { readonly kind: 'failure'; readonly reason: string };

export interface Invoker {
  /** Never rejects. An aborted invocation is a failure; the function may still be running. */
  invoke(event: Uint8Array, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** Lambda's limit. */
const LONGEST_TIMEOUT_SECONDS = 900;

export function newInvoker(endpoint: string, functionName: string): Invoker {
  // The poller itself decides when to retry, and with which records.
  const client = new LambdaClient({
    endpoint,
    maxAttempts: 1,
    requestHandler: invocationLimits(LONGEST_TIMEOUT_SECONDS),
  });
  let limit: number | undefined;
  /** Asked for again after a failure, since the timeout may have been changed. */
  const limitOf = async (abortSignal: AbortSignal): Promise<number> => {
    const asked = new GetFunctionConfigurationCommand({ FunctionName: functionName });
    const { requestTimeout } = awsLimits.requestHandler;
    const { Timeout = LONGEST_TIMEOUT_SECONDS } = await client.send(asked, { abortSignal, requestTimeout });
    return invocationLimits(Timeout).requestTimeout;
  };
  return {
    async invoke(event, abortSignal) {
      try {
        limit ??= await limitOf(abortSignal);
        const invocation = new InvokeCommand({ FunctionName: functionName, Payload: event });
        const response = await client.send(invocation, { abortSignal, requestTimeout: limit });
        if (!response.FunctionError) return { kind: 'success' };
        const payload = response.Payload?.transformToString() ?? '';
        return { kind: 'failure', reason: `${response.FunctionError}: ${payload.slice(0, 2_000)}` };
      } catch (error) {
        limit = undefined;
        return { kind: 'failure', reason: String(error) };
      }
    },
    close: () => client.destroy(),
  };
}
