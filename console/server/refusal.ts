/** A request that isn't answered, and why: thrown wherever that is found out, made an answer in one place. */

/** 413 is a body that is too large, 405 a method that the path doesn't have; 500 is a fault of ours. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 421 | 500 | 503;

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: RefusalStatus;
  /** For programs: words joined by `_`. */
  readonly code: string;
  /** What to do. */
  readonly hint: string | undefined;

  constructor(
    status: RefusalStatus,
    code: string,
    message: string,
    { hint, cause }: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** What says that a service isn't there: the system's codes, and PostgreSQL's for connections and its own end (classes 08 and 57P). */
const AWAY = /^(ECONN\w+|ETIMEDOUT|EPIPE|ENOTFOUND|08\w{3}|57P\d\d)$/;
/** What clients say of a connection that they lost or gave up. */
const LOST = /did not answer|Connection terminated|connection timeout|Closed connection/i;

/** Any error as a refusal: what a route did not expect is a service that doesn't answer (503), or a fault of ours (500). */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { message, name, code } = error as Error & { code?: unknown };
  if (AWAY.test(String(code)) || LOST.test(message) || name.startsWith('KafkaJS') || name === 'TimeoutError')
    return new Refusal(503, 'unavailable', `A service of the backbone doesn't answer: ${message}`, {
      hint: 'npx tillstream doctor shows which services answer.',
      cause: error,
    });
  return new Refusal(500, 'failed', message, { cause: error });
}
