import { setInterval } from 'node:timers/promises';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';

const LOOK_EVERY_MS = 5_000;

/**
 * Resolves when Lambda answers that there is no such function. No answer proves nothing: LocalStack may be busy or starting.
 *
 * @param options `every`: milliseconds between two checks (5,000)
 * @throws when the signal aborts
 */
export async function untilForgotten(
  lambda: LambdaClient,
  functionName: string,
  { every = LOOK_EVERY_MS, signal }: { readonly every?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionName });
  for await (const _ of setInterval(every, undefined, signal && { signal })) {
    const gone = await lambda.send(command).then(
      () => false,
      (error: Error) => error.name === 'ResourceNotFoundException',
    );
    if (gone) return;
  }
}
