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

/** Until it begins to: one that hangs is as good as gone. */
const ANSWERS_WITHIN_MS = 30_000;

/** What is thrown if the answer ends half-way; the abort itself if the caller wanted it. */
export const broken = (cause: unknown, signal?: AbortSignal): unknown =>
  signal?.aborted
    ? cause
    : new AskError({ code: 'unreachable', message: 'The server went before its answer was whole.' }, { cause });

/**
 * @param path such as '/api/dead-letters?limit=100'
 * @throws AskError
 */
export async function ask<Data>(path: string, asking: Asking = {}): Promise<Answer<Data>> {
  const response = await request(path, asking);
  return (await response
    .json()
    .catch((cause: unknown) => Promise.reject(broken(cause, asking.signal)))) as Answer<Data>;
}

/** For answers that come in pieces. @throws AskError unless the answer is a success */
export async function request(path: string, { body, headers, signal }: Asking = {}): Promise<Response> {
  const late = new AbortController();
  // What acts may take its time: a plan of many letters judges each.
  const timer = body === undefined ? setTimeout(() => late.abort(), ANSWERS_WITHIN_MS) : undefined;
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${key() ?? ''}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal,
  })
    .catch((cause: unknown) => {
      if (signal?.aborted) throw cause;
      throw new AskError({ code: 'unreachable', message: 'The server doesn’t answer.' }, { cause });
    })
    .finally(() => clearTimeout(timer));
  if (response.ok) return response;
  const refused = await refusal(response);
  if (response.status === 401) live.change({ connection: { is: 'refused' } });
  // The login is known, and may not see anything.
  else if (refused.code === 'no_group')
    live.change({ connection: { is: 'refused', why: [refused.message, refused.hint].filter(Boolean).join(' ') } });
  throw refused;
}

async function refusal(response: Response): Promise<AskError> {
  try {
    return new AskError(((await response.json()) as Failure).error);
  } catch (cause) {
    return new AskError({ code: 'unreadable', message: `The server answered ${response.status}.` }, { cause });
  }
}
