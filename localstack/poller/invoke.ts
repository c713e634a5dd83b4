/** Invokes a function with an event, and reports the outcome. The SDK is loaded with the first event: there may be none. */
import type { LambdaClient } from '@aws-sdk/client-lambda';

/** A failure is the function's own error, or the service's: throttling, no such function, not reachable. */
export type Outcome = { readonly kind: 'success' } | { readonly kind: 'failure'; readonly reason: string };

export interface Invoker {
  /** Never rejects. An aborted invocation is a failure; the function may still be running. */
  invoke(event: Uint8Array, signal: AbortSignal): Promise<Outcome>;
  close(): void;
}

/** A function runs for at most 15 minutes; its answer may take a little longer. */
const LONGEST_INVOCATION = 16 * 60_000;

export function newInvoker(endpoint: string, functionName: string): Invoker {
  let client: LambdaClient | undefined;
  return {
    async invoke(event, abortSignal) {
      try {
        const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
        // The poller itself decides when to retry, and with which records.
        client ??= new LambdaClient({
          endpoint,
          maxAttempts: 1,
          requestHandler: { connectionTimeout: 5_000, requestTimeout: LONGEST_INVOCATION, throwOnRequestTimeout: true },
        });
        const response = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: event }), {
          abortSignal,
        });
        if (!response.FunctionError) return { kind: 'success' };
        const payload = response.Payload?.transformToString() ?? '';
        return { kind: 'failure', reason: `${response.FunctionError}: ${payload.slice(0, 2_000)}` };
      } catch (error) {
        return { kind: 'failure', reason: String(error) };
      }
    },
    close: () => client?.destroy(),
  };
}
