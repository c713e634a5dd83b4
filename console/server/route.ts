/** A route: what one asks, which right it takes, and the operation that answers. */
import { z } from 'zod';
import type { Backbone } from '#operations/backbone.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import type { Right, Session } from '../api.ts';
import type { Live } from './live.ts';
import type { Plans } from './plans.ts';
import { Refusal } from './refusal.ts';

/** What a route answers with. */
export interface Serving {
  readonly backbone: Backbone;
  readonly pulse: PulseFeed;
  readonly live: Live;
  readonly session: Session;
  readonly plans: Plans;
  /** Aborted when who asked has gone. */
  readonly signal: AbortSignal;
  /** The id of the last live event that the page has. */
  readonly lastEvent: string | undefined;
  /** Is told of an error of an answer that has begun, whose last line then says it to who asked. */
  failed(error: unknown): void;
}

/** A function of operations/, which the command line calls too; null of what only tells about the server. */
type Operation = ((...args: never[]) => unknown) | null;

export interface Route {
  /** GET asks and changes nothing; POST may act. */
  readonly method: 'GET' | 'POST';
  /** As URLPattern has it, such as `/api/dead-letters/:id`. */
  readonly path: string;
  readonly right: Right;
  readonly operation: Operation;
  /** Of what has effects: the command that has them too. */
  readonly command?: string;
  /** @returns the data; or a Response, if it is a stream */
  answer(asked: Readonly<Record<string, unknown>>, serving: Serving): unknown;
}

/**
 * @param asks what may be asked: the path's parameters together with the query of GET or the JSON object of POST; anything else is
 * refused
 */
export function route<Asked extends z.ZodRawShape>({
  asks,
  answer,
  ...rest
}: Omit<Route, 'answer'> & {
  readonly asks: Asked;
  answer(asked: z.output<z.ZodObject<Asked>>, serving: Serving): unknown;
}): Route {
  const schema = z.strictObject(asks);
  return {
    ...rest,
    answer(given, serving) {
      const { success, data, error } = schema.safeParse(given);
      if (success) return answer(data as z.output<z.ZodObject<Asked>>, serving);
      const problems = error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
      throw new Refusal(400, 'not_understood', problems.join('; '), { cause: error });
    },
  };
}

/** A whole number in a path or query. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'expected a whole number')
  .transform(Number);

/** How many rows to answer with. */
export const limit = wholeNumber.pipe(z.number().min(1).max(500)).default(100);
