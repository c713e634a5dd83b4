/** Both ends of a question: who asks, and who answers with the same operation where the backbone is. */
import * as z from 'zod';
import type { Backbone } from '../backbone.ts';
import { NoSuchObject } from '../lake/object.ts';
import { TooManyLetters } from '../letters/plan.ts';
import { NoSuchPlace } from '../records/browse.ts';
import { FilterError } from '../records/filter.ts';
import { type Answering, operations } from './table.ts';
import { fromWire, toWire } from './wire.ts';

/** An error that who asked is to have as if it had happened there; any other is a fault of who answers. */
export interface Refused {
  readonly name: string;
  readonly message: string;
  /** The system's or PostgreSQL's. */
  readonly code?: string | undefined;
}

/** As JSON (wire.ts). */
export type Answer = { readonly answer: unknown } | { readonly refused: Refused };

const question = z.object({ operation: z.string(), args: z.array(z.unknown()) });

/** A Lambda's answer may have 6 MB. */
const LARGEST_ANSWER = 5_000_000;

class NotAnswered extends Error {
  override readonly name = 'NotAnswered';
}

/** What a person can correct, by its name. */
const corrected = { FilterError, NoSuchObject, NoSuchPlace, TooManyLetters, NotAnswered };

const isCorrected = (name: string): name is keyof typeof corrected => Object.hasOwn(corrected, name);

/** @throws what is a fault of ours; a service that doesn't answer is told to who asked */
export async function answerTo(backbone: Answering, payload: unknown): Promise<Answer> {
  try {
    const { success, data } = question.safeParse(payload);
    if (!success) throw new NotAnswered('Expected {"operation": …, "args": […]}.');
    const { operation, args } = data;
    const entry = operations.get(operation);
    if (!entry) throw new NotAnswered(`There is no operation ${operation} here: is this of another version?`);
    const answer = { answer: toWire(await entry.run(backbone, readAll(operation, args.map(fromWire)))) };
    const size = Buffer.byteLength(JSON.stringify(answer));
    if (size <= LARGEST_ANSWER) return answer;
    throw new NotAnswered(
      `The answer has ${size} bytes, more than ${LARGEST_ANSWER}: ask for less, such as fewer rows.`,
    );
  } catch (error) {
    const { name, message, code } = error as Error & { readonly code?: unknown };
    if (isCorrected(name)) return { refused: { name, message } };
    if (typeof code === 'string') return { refused: { name, message, code } };
    throw error;
  }
}

/** @param invoke calls the function that answers: `console` */
export const askBy =
  (invoke: Backbone['invoke']): NonNullable<Backbone['ask']> =>
  async (operation, args) => {
    const told = await invoke<Answer>('console', { operation, args: readArguments(operation, args).map(toWire) });
    if ('answer' in told) return fromWire(told.answer);
    const { name, message, code } = told.refused;
    if (isCorrected(name)) throw new corrected[name](message);
    throw Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });
  };

/** @throws NotAnswered with the argument that isn't as it must be */
function readArguments(operation: string, args: readonly unknown[]): unknown[] {
  const schemas = operations.get(operation)?.args ?? [];
  return schemas.map((schema, index) => {
    const { success, data, error } = schema.safeParse(args[index]);
    if (success) return data;
    throw new NotAnswered(`Argument ${index + 1} of ${operation}: ${z.prettifyError(error)}`);
  });
}

/**
 * A newer command may know more than what answers: left out, a condition that was asked for would be none.
 *
 * @throws NotAnswered, also with what no schema knows
 */
function readAll(operation: string, args: readonly unknown[]): unknown[] {
  const read = readArguments(operation, args);
  const unknown = args.flatMap((arg, index) =>
    index < read.length ? unknownKeys(arg, read[index]) : arg === undefined ? [] : [`argument ${index + 1}`],
  );
  if (unknown.length === 0) return read;
  throw new NotAnswered(`${operation} knows no ${unknown.join(', ')} here: is this of another version?`);
}

/** Keys that were given and not read. */
function unknownKeys(given: unknown, read: unknown): string[] {
  if (!isPlain(given) || !isPlain(read)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return Object.hasOwn(read, key) ? unknownKeys(value, read[key]) : [key];
  });
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
