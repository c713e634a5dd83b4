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

/**
 * What says that a service isn't there: the system's codes, and PostgreSQL's for connections, its own end and no room for one more
 * (classes 08 and 57P, 53300).
 */
const AWAY = /^(ECONN\w+|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08\w{3}|57P\d\d|53300)$/;
/** What clients say of a connection that they lost, gave up or didn't get. */
const LOST =
  /did not answer|Connection terminated|connection timeout|Closed connection|timeout exceeded when trying to connect/i;
/** PostgreSQL's for a statement that took longer than it may. */
const TOO_LONG = '57014';

/**
 * Any error as a refusal: what a route did not expect is a service that doesn't answer (503), or a fault of ours (500). An error may
 * wrap what says so.
 */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const all = causesOf(error);
  const { message = String(error) } = all[0] ?? {};
  if (all.some(({ code }) => code === TOO_LONG))
    return new Refusal(
      503,
      'took_too_long',
      'PostgreSQL was asked for more than it can answer in time (5 s for the page).',
      {
        hint: 'Choose less, such as one topic, one reason or a shorter time.',
        cause: error,
      },
    );
  if (all.some(saysAway))
    return new Refusal(503, 'unavailable', `A service of the backbone doesn't answer: ${message}`, {
      hint: 'npx tillstream doctor shows which services answer.',
      cause: error,
    });
  // Of operations/asking/answer.ts: what was asked can't be answered as it was asked.
  if (all.some(({ name }) => name === 'NotAnswered'))
    return new Refusal(400, 'not_answered', message, { cause: error });
  return new Refusal(500, 'failed', message, { cause: error });
}

type Coded = Error & { readonly code?: unknown };

const saysAway = ({ message, name, code }: Coded): boolean =>
  AWAY.test(String(code)) || LOST.test(message) || name.startsWith('KafkaJS') || name === 'TimeoutError';

/** The error and what caused it, one after the other. */
function causesOf(error: unknown): readonly Coded[] {
  const all: Coded[] = [];
  for (let each = error; each instanceof Error && !all.includes(each); each = each.cause) all.push(each);
  return all;
}
