/**
 * Reads one event: the reference, and the only one that says why a record can't be used. What reads whole batches
 * (read-batch.ts) must agree with it, and leaves to it whatever it isn't sure of.
 */
import type { z } from 'zod';
import { columnsOf } from './columns.ts';
import { type Reason, Unusable } from './dead-letters.ts';
import { exactNumber } from './exact-number.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A function that reads an event from a record's value, or throws Unusable. */
export function eventReader<Schema extends z.ZodObject>(schema: Schema): (value: Uint8Array | null) => z.infer<Schema> {
  const numbers = columnsOf(schema).flatMap(({ kind, name }) => (kind === 'money' || kind === 'integer' ? [name] : []));
  return (value) => {
    if (value === null) throw new Unusable('null_value', 'expected a JSON object, got a record without a value');
    const json = attempt(() => utf8.decode(value), 'not_utf8', 'expected UTF-8 text');
    const parsed: unknown = attempt(() => JSON.parse(json), 'not_json', 'expected a JSON object');
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw new Unusable(
        'not_an_object',
        `expected a JSON object, got ${Array.isArray(parsed) ? 'an array' : parsed === null ? 'null' : `a ${typeof parsed}`}`,
      );
    const fields = parsed as Record<string, unknown>;
    for (const name of numbers) {
      const number = fields[name];
      if (typeof number === 'number') fields[name] = exactNumber(json, name, number);
    }
    const result = schema.safeParse(fields);
    if (result.success) return result.data;
    throw firstIssue(result.error);
  };
}

function firstIssue(error: z.ZodError): Unusable {
  const [issue] = error.issues;
  const reason = issue?.code === 'custom' ? (issue.params?.reason as Reason | undefined) : undefined;
  return new Unusable(reason ?? 'wrong_type', `${issue?.path.join('.')}: ${issue?.message}`);
}

function attempt<T>(read: () => T, reason: Reason, expected: string): T {
  try {
    return read();
  } catch (error) {
    // JSON.parse quotes what it can't read; the dead letter's message is stored as text, which holds no NUL.
    const message = (error as Error).message.slice(0, 200).toWellFormed().replaceAll('\0', '\\0');
    throw new Unusable(reason, `${expected}: ${message}`);
  }
}
