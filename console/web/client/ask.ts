/** Asks the server. Every page asks by these functions, so that each request carries the key and each refusal is told alike. */
import type { Answer, Failure } from '#console/api.ts';
import { key } from './key.ts';
import { live } from './live-store.ts';

/** What went wrong, in the server's words or, if it didn't answer, in ours. */
export class AskError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor({ code, message, hint }: Failure['error'], options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

export interface Asking {
  /** With one it is a POST. */
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * @param path such as '/api/dead-letters?limit=100'
 * @throws AskError
 */
export async function ask<Data>(path: string, asking: Asking = {}): Promise<Answer<Data>> {
  const response = await request(path, asking);
  return (await response.json()) as Answer<Data>;
}

/** For answers that come in pieces. @throws AskError unless the answer is a success */
export async function request(path: string, { body, headers, signal }: Asking = {}): Promise<Response> {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${key() ?? ''}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new AskError({ code: 'unreachable', message: 'The server doesn’t answer.' }, { cause });
  });
  if (response.ok) return response;
  if (response.status === 401) live.change({ connection: { is: 'refused' } });
  throw await refusal(response);
}

async function refusal(response: Response): Promise<AskError> {
  try {
    return new AskError(((await response.json()) as Failure).error);
  } catch (cause) {
    return new AskError({ code: 'unreadable', message: `The server answered ${response.status}.` }, { cause });
  }
}
